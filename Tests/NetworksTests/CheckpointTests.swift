import Foundation
import Networks
import Stories
import Tensors
import Testing

@Suite struct CheckpointTests {
    @Test(arguments: GenerationGoldenTests.names)
    func logitsEqualThoseOfTransformers(name: String) throws {
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        for expected in try Fixture.json("\(name)/expected.json", as: [Fixture.Expected].self) {
            #expect(Fixture.difference(Fixture.lastLogits(model, expected.prompt), expected.logits) < 1e-4)
        }
    }

    @Test(arguments: GenerationGoldenTests.names)
    func cachedLogitsEqualThoseOfTransformers(name: String) throws {
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        guard let cached = model as? any TransformerModel else { return }
        for expected in try Fixture.json("\(name)/expected.json", as: [Fixture.Expected].self) {
            for cut in 0..<min(3, expected.prompt.count) {
                var predictor = CachedPredictor(cached.plan)
                var texts = [predictor.begin()]
                var logits: [Float] = []
                let head = expected.prompt.count - cut
                logits = Array(predictor.read([Array(expected.prompt[..<head])], into: &texts))
                for id in expected.prompt[head...] { logits = Array(predictor.read([[id]], into: &texts)) }
                #expect(Fixture.difference(logits, expected.logits) < 1e-4)
            }
        }
    }

    @Test func shardsAreOneModel() throws {
        let whole = try ModelSource.directory("\(Fixture.folder)/gpt2-narrow").load()
        let shards = try ModelSource.directory("\(Fixture.folder)/gpt2-sharded").load()
        #expect(zip(whole.parameters, shards.parameters).allSatisfy { $0.value == $1.value })
    }

    @Test func aModelSavedOverOneInShardsIsTheOneThatIsRead() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/model"
        try FileManager.default.copyItem(atPath: "\(Fixture.folder)/gpt2-sharded", toPath: place)
        let model = GPT(hidden: 8, layers: 1, heads: 1, vocabulary: 11, context: 4, seed: 3)
        try model.save(to: place)
        let found = try GPT(from: .directory(place))
        #expect(zip(model.parameters, found.parameters).allSatisfy { $0.value == $1.value })
    }

    @Test(arguments: [("F16", 2e-2), ("BF16", 2e-1)])
    func halfPrecisionIsRead(format: String, tolerance: Float) throws {
        let whole = try Llama(from: .directory("\(Fixture.folder)/llama"))
        let half = try Llama(from: .directory("\(Fixture.folder)/llama-\(format)"))
        let difference = Fixture.difference(Fixture.lastLogits(whole, [1, 2, 3]), Fixture.lastLogits(half, [1, 2, 3]))
        #expect(difference > 0 && difference < tolerance)
    }

    @Test(arguments: ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1"])
    func ggufGivesTheLogitsOfItsDequantizedWeights(format: String) throws {
        let model = try Llama(from: .file("\(Fixture.folder)/gguf/\(format).gguf"))
        let expected = try Fixture.json("gguf/expected.json", as: [String: [Float]].self)[format] ?? []
        #expect(Fixture.difference(Fixture.lastLogits(model, [1, 2, 3, 4, 5]), expected) < 1e-4)
    }

    @Test(arguments: GenerationGoldenTests.names)
    func aSavedModelIsReadAsItWas(name: String) throws {
        let folder = try TemporaryFolder()
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        let storable = try #require(model as? any StorableModel)
        try storable.save(to: folder.path)
        let again = try #require(try ModelSource.directory(folder.path).load() as? any StorableModel)
        #expect(again.configuration == storable.configuration)
        #expect(zip(model.parameters, again.parameters).allSatisfy { $0.value == $1.value })
        try storable.save(to: folder.path, as: .bf16)
        let half = try ModelSource.directory(folder.path).load()
        #expect(
            zip(model.parameters, half.parameters).allSatisfy {
                $0.value.isClose(to: $1.value, absolute: 1e-3, relative: 1e-2)
            })
    }

    @Test func aTrainedModelKeepsItsTokenizer() throws {
        let folder = try TemporaryFolder()
        let corpus = Corpus.storyWorld(count: 30, seed: 1)
        let tokenizer = try BytePairTraining(vocabulary: 300).tokenizer(for: corpus)
        let model = GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 300, context: 32, seed: 1)
        model.tokenizer = tokenizer
        try model.save(to: folder.path)
        let again = try GPT(from: .directory(folder.path))
        #expect(again.tokenizer?.encode("Once upon a time") == tokenizer.encode("Once upon a time"))
        #expect(again.stories(length: 8, seed: 2) == model.stories(length: 8, seed: 2))
    }

    @Test func aModelOfAnotherKindIsRefused() throws {
        #expect(throws: CheckpointError.self) { try GPT(from: .directory("\(Fixture.folder)/llama")) }
    }

    @Test func llama2cIsReadWithItsTokenizer() throws {
        guard let data = Fixture.data else {
            print("llama2cIsReadWithItsTokenizer skipped: neither MARTLET_DATA nor ../shared/data exists")
            return
        }
        let model = try Llama(from: .file("\(data)/stories260K/stories260K.bin"))
        #expect(model.vocabulary == 512 && model.parameterCount == 260_032)
        // What the model's own page prints: 256 tokens after none (huggingface.co/karpathy/tinyllamas, stories260K).
        let documented = """
            Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw \
            a big, red ball. She wanted to play with it, but it was too high.
            Lily's mom said, "Lily, let's go to the park." Lily was sad and didn't know what to do. She said, "I want to \
            play with your ball, but I can't find it."
            Lily was sad and didn't know what to do. She said, "I'm sorry, Lily. I didn't know what to do."
            Lily didn't want to help her mom, so she said, "I'm sorry, mom. I didn't know what to do." Her mom said, \
            "Don't worry, Lily. We can help you.
            """
        for prompt in ["", "Once upon a time"] {
            let story = model.stories(after: prompt, length: 256, sampling: .greedy)[0]
            #expect(story.text.hasPrefix(documented), "\(story.text)")
        }
    }
}

@Suite struct ModelSizesTests {
    @Test(arguments: ["gpt2", "gpt2-narrow", "gpt-neo", "llama", "llama-shared"])
    func sizesAreThoseOfTheModel(name: String) throws {
        let model = try #require(try ModelSource.directory("\(Fixture.folder)/\(name)").load() as? any StorableModel)
        #expect(model.sizes.total == model.parameterCount)
    }
}

@Suite struct ModelHubTests {
    @Test func aNameThatLeavesTheCacheIsRefused() {
        for name in ["gpt2", "../../etc", "a/..", "a/b/c", "a/b?x"] {
            #expect { try ModelSource.hub(name).load() } throws: { ($0 as? CheckpointError)?.file == name }
        }
    }
}
