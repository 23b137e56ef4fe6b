import Foundation
import Stories
import Testing

/// Ids and texts of tokenizers and sentencepiece (Fixtures/tokenizer/llama.py).
@Suite struct LlamaTokenizerTests {
    struct Golden: Decodable {
        let texts: [String]
        let marked: [String]
        let ids: [String: [[Int32]]]
        let decoded: [String: [String]]

        static func read() throws -> Golden {
            try JSONDecoder().decode(
                Golden.self, from: Data(contentsOf: URL(fileURLWithPath: fixture("tokenizer/llama/ids.json"))))
        }
    }

    @Test(arguments: ["prepend", "first", "always", "never"])
    func idsAreThoseOfHuggingFace(name: String) throws {
        let golden = try Golden.read()
        let tokenizer = try loadTokenizer(fixture("tokenizer/llama/\(name).json"))
        for (text, ids) in zip(golden.marked, try #require(golden.ids[name])) {
            #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
        }
        // What is written is what was read.
        let file = try TemporaryFile("")
        try tokenizer.save(to: file.folder)
        let again = try loadTokenizer(file.folder)
        #expect(again.digest == tokenizer.digest && again.beginOfText == tokenizer.beginOfText)
        #expect(golden.marked.allSatisfy { again.encode($0) == tokenizer.encode($0) })
    }

    @Test(arguments: ["prepend", "first"])
    func decodedTextsAreThoseOfHuggingFace(name: String) throws {
        let golden = try Golden.read()
        let tokenizer = try loadTokenizer(fixture("tokenizer/llama/\(name).json"))
        #expect(tokenizer.beginOfText == 1 && tokenizer.endOfText == 2)
        for (ids, text) in zip(golden.ids[name] ?? [], golden.decoded[name] ?? []) {
            #expect(tokenizer.decode(ids) == text)
        }
    }

    @Test func llama2cGivesTheIdsOfSentencePiece() throws {
        let golden = try Golden.read()
        let tokenizer = try LlamaTokenizer(contentsOf: fixture("tokenizer/llama/tokenizer.bin"))
        for (text, ids) in zip(golden.texts, try #require(golden.ids["llama2c"])) {
            #expect(tokenizer.encode(text) == ids, "\(text.debugDescription)")
        }
        // No text says the marks, as in llama2.c.
        #expect(!tokenizer.encode("<s> a </s>").contains { $0 < 3 })
    }

    @Test func streamingNeverBreaksACharacter() throws {
        let tokenizer = try loadTokenizer(fixture("tokenizer/llama/prepend.json"))
        let text = "日本 👩‍👩‍👧 é"
        var decoder = StreamingDecoder(tokenizer)
        let parts = tokenizer.encode(text).map { decoder.append($0) } + [decoder.finish()]
        #expect(parts.joined() == " " + text)
        #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") })
    }

    @Test func whatNoTokenizerHereDoesIsNamed() throws {
        func reason(_ change: (String) -> String) throws -> String {
            let text = try String(contentsOfFile: fixture("tokenizer/llama/prepend.json"), encoding: .utf8)
            let file = try TemporaryFile(change(text), named: "tokenizer.json")
            let error = #expect(throws: TokenizerError.self) { try loadTokenizer(file.path) }
            return (error?.description ?? "").replacing(file.path, with: "FILE")
        }
        #expect(
            try reason { $0.replacing(#"{"type":"Prepend","prepend":"▁"}"#, with: #"{"type":"NFKC"}"#) }
                == "FILE asks for the normalizer NFKC, which is not supported here.")
        #expect(
            try reason { $0.replacing(#""dropout":null"#, with: #""dropout":0.5"#) }
                == "FILE asks for dropout, which is not supported here.")
        #expect(
            try reason { $0.replacing("\"<unk>\":0", with: "\"<unk>\":99999999") }
                == "FILE is no tokenizer file that can be read: its ids go up to 99999999, with 411 pieces.")
        let error = #expect(throws: TokenizerError.self) {
            try BytePairTokenizer(contentsOf: fixture("tokenizer/llama/prepend.json"))
        }
        #expect(error?.description.contains("loadTokenizer") == true)
    }

    @Test(arguments: [[UInt8]](arrayLiteral: [], [1, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127, 65]))
    func aFileOfLlama2CThatIsCutOffIsMalformed(bytes: [UInt8]) throws {
        let file = try TemporaryFile("")
        try Data(bytes).write(to: URL(fileURLWithPath: file.folder + "/tokenizer.bin"))
        #expect(throws: TokenizerError.self) { try loadTokenizer(file.folder + "/tokenizer.bin") }
    }
}
