import Foundation
import Networks
import Stories
import Tensors
import Testing

/// Models and tokenizers of GGUF files (Fixtures/checkpoints/gguf_tokenizers.py).
@Suite struct GGUFTokenizerTests {
    struct Golden: Decodable {
        let texts: [String]
        let ids: [[Int32]]
        let logits: [Float]
    }

    private func golden(_ name: String) throws -> Golden {
        try #require(try Fixture.json("gguf/with-tokenizers.json", as: [String: Golden].self)[name])
    }

    @Test(arguments: [("gpt2", "gpt2-tokenizer"), ("llama", "llama-tokenizer")])
    func idsAreThoseOfTheirMakers(name: String, file: String) throws {
        let golden = try golden(name)
        let model = try ModelSource.file("\(Fixture.folder)/gguf/\(file).gguf").load()
        let tokenizer = try #require(model.tokenizer)
        for (text, ids) in zip(golden.texts, golden.ids) {
            #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
        }
        #expect(tokenizer.beginOfText == (name == "llama" ? 1 : nil))
        #expect(model.coding.beginning == tokenizer.beginOfText && model.coding.endings == [name == "llama" ? 2 : 0])
        #expect(model.stories(after: "", length: 3)[0].tokens.count <= 3)
    }

    @Test func gpt2sLogitsAreThoseOfTransformers() throws {
        let golden = try golden("gpt2")
        let model = try GPT(from: .file("\(Fixture.folder)/gguf/gpt2-tokenizer.gguf"))
        #expect(Fixture.difference(Fixture.lastLogits(model, golden.ids[0]), golden.logits) < 1e-4)
    }

    @Test(arguments: [("llama", "llama-tokenizer"), ("llama3", "llama3-positions")])
    func llamasLogitsAreThoseOfTransformers(name: String, file: String) throws {
        let model = try Llama(from: .file("\(Fixture.folder)/gguf/\(file).gguf"))
        #expect(Fixture.difference(Fixture.lastLogits(model, Array(20..<60)), try golden(name).logits) < 1e-4)
    }

    @Test func divisorsOfSingleAnglesCannotBeSaved() throws {
        let model = try Llama(from: .file("\(Fixture.folder)/gguf/llama3-positions.gguf"))
        let folder = try TemporaryFolder()
        let error = #expect(throws: CheckpointError.self) { try model.save(to: folder.path) }
        #expect(error?.description.contains("divisors") == true)
    }

    @Test func aSavedModelKeepsALlamasTokenizer() throws {
        let model = try Llama(from: .file("\(Fixture.folder)/gguf/llama-tokenizer.gguf"))
        let folder = try TemporaryFolder()
        try model.save(to: folder.path)
        let again = try Llama(from: .directory(folder.path))
        let texts = try golden("llama").texts
        #expect(texts.allSatisfy { again.tokenizer?.encode($0) == model.tokenizer?.encode($0) })
        #expect(again.coding.beginning == 1)
        #expect(again.stories(after: "Lily", length: 9, seed: 4) == model.stories(after: "Lily", length: 9, seed: 4))
    }
}
