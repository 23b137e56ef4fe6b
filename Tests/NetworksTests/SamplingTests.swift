import Foundation
import Networks
import Testing

@Suite struct SamplingTests {
    struct Golden: Decodable {
        let logits, temperature, topK, topP, minP, all: [Float]
    }

    @Test func probabilitiesEqualThoseOfTransformers() throws {
        let golden = try Fixture.json("sampling.json", as: Golden.self)
        for (sampling, expected) in [
            (Sampling.temperature(0.8), golden.temperature), (.topK(12, temperature: 0.8), golden.topK),
            (.topP(0.9, temperature: 0.8), golden.topP), (.minP(0.05, temperature: 0.8), golden.minP),
            (Sampling(temperature: 0.8, topK: 40, topP: 0.8, minP: 0.02), golden.all),
        ] {
            #expect(Fixture.difference(sampling.probabilities(of: golden.logits), expected) < 1e-5)
        }
    }

    @Test func greedyTakesTheFirstOfTheLikeliest() {
        #expect(Sampling.greedy.probabilities(of: [1, 3, 3, 2]) == [0, 1, 0, 0])
    }

    @Test(arguments: [1, 7, 15, 16, 17, 100])
    func probabilitiesSumToOneWhateverTheVocabulary(count: Int) {
        let logits = (0..<count).map { Float(sin(Double($0) * 1.7)) * 4 }
        for sampling in [Sampling.temperature(1), .topP(0.5), .topK(3), .minP(0.5), .topP(1e-6), .topK(1000)] {
            let sum = sampling.probabilities(of: logits).reduce(0, +)
            #expect(abs(sum - 1) < 1e-5)
        }
    }

    @Test func oneSeedGivesOneTextHoweverManyAreWritten() throws {
        let model = try GPT(from: .directory("\(Fixture.folder)/gpt2"))
        let sampling = Sampling.temperature(1.2)
        let three = model.continuations(
            of: Array(repeating: [1, 2], count: 3), length: 12, sampling: sampling, seed: 5)
        let fifty = model.continuations(
            of: Array(repeating: [1, 2], count: 50), length: 12, sampling: sampling, seed: 5)
        #expect(three.map(\.tokens) == fifty.prefix(3).map(\.tokens))
        #expect(Set(fifty.map(\.tokens)).count > 40)
        let other = model.continuations(of: [[1, 2]], length: 12, sampling: sampling, seed: 6)
        #expect(other[0].tokens != three[0].tokens)
    }

    @Test func aFrequencyPenaltyMakesTextsVary() throws {
        let model = try GPT(from: .directory("\(Fixture.folder)/gpt2"))
        let plain = model.continuations(of: [[5]], length: 40, sampling: .greedy)[0]
        let varied = model.continuations(of: [[5]], length: 40, sampling: .greedy.penalizing(frequency: 20))[0]
        #expect(Set(varied.tokens).count > Set(plain.tokens).count)
    }
}

extension Double {
    var exponential: Double { exp(self) }
    var logarithm: Double { log(self) }
}
