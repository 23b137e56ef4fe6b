import Networks
import Testing

@Suite struct GenerationGoldenTests {
    static let names = ["gpt2", "gpt2-narrow", "gpt-neo", "llama", "llama-shared", "llama-linear", "llama-llama3"]

    /// What transformers wrote, without the token that ended it and what fills up the row.
    static func trimmed(_ ids: [Int32]) -> [Int32] { Array(ids.prefix { $0 != Fixture.end }) }

    @Test(arguments: names)
    func greedyTextsEqualThoseOfTransformers(name: String) throws {
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        let expected = try Fixture.json("\(name)/expected.json", as: [Fixture.Expected].self)
        for each in expected {
            let found = model.continuations(of: [each.prompt], length: each.newTokens, endings: [Fixture.end])[0]
            #expect(found.tokens == Self.trimmed(each.greedy))
        }
        // Prompts of different lengths, side by side.
        let together = model.continuations(of: expected.map(\.prompt), length: 8, endings: [Fixture.end])
        for (each, found) in zip(expected, together) {
            #expect(found.tokens == Array(Self.trimmed(each.greedy).prefix(8)))
        }
    }

    @Test(arguments: names)
    func repetitionPenaltyActsAsInTransformers(name: String) throws {
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        for each in try Fixture.json("\(name)/expected.json", as: [Fixture.Expected].self) {
            let found = model.continuations(
                of: [each.prompt], length: each.newTokens, sampling: .greedy.penalizing(repetition: 1.3),
                endings: [Fixture.end])[0]
            #expect(found.tokens == Self.trimmed(each.repetitionPenalty))
        }
    }

    @Test(arguments: names)
    func beamsEqualThoseOfTransformers(name: String) throws {
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        for each in try Fixture.json("\(name)/expected.json", as: [Fixture.Expected].self) {
            let found = model.beamContinuations(
                of: each.prompt, beams: 5, length: each.newTokens, endings: [Fixture.end])
            #expect(found.map(\.tokens) == each.beams.map(Self.trimmed))
        }
    }

    @Test func logProbabilitiesAreTheModelsOwn() throws {
        let model = try GPT(from: .directory("\(Fixture.folder)/gpt2"))
        let prompt: [Int32] = [3, 1, 4]
        let found = model.continuations(of: [prompt], length: 6, sampling: .topK(9, temperature: 1.5), seed: 8)[0]
        var text = prompt
        for (token, logProbability) in zip(found.tokens, found.logProbabilities) {
            let logits = Fixture.lastLogits(model, text)
            let greatest = logits.max() ?? 0
            let sum = logits.reduce(0.0) { $0 + Double($1 - greatest).exponential }
            let expected = Double(logits[Int(token)] - greatest) - sum.logarithm
            #expect(abs(Double(logProbability) - expected) < 1e-4)
            text.append(token)
        }
    }
}
