import Evaluation
import Foundation
import Testing

@Suite struct RougeTests {
    private struct Fixture: Decodable {
        struct Case: Decodable {
            let text, reference: String
            let stemming: Bool
            let scores: [String: [Double]]
        }
        let stems: [String: String]
        let cases: [Case]
    }

    private func fixture() throws -> Fixture {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/rouge.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
    }

    @Test func scoresAreThoseOfRougeScore() throws {
        for example in try fixture().cases {
            for (name, expected) in example.scores {
                let measure =
                    name == "rougeL"
                    ? Rouge.l(stemming: example.stemming)
                    : Rouge.n(Int(name.dropFirst(5)) ?? 0, stemming: example.stemming)
                let score = measure.score(example.text, against: example.reference)
                let found = [score.precision, score.recall, score.fMeasure]
                for (a, b) in zip(found, expected) {
                    #expect(abs(a - b) < 1e-12, "\(name) of \(example.text.debugDescription)")
                }
            }
        }
    }

    @Test func stemsAreThoseOfNLTK() throws {
        for (word, stem) in try fixture().stems {
            #expect(String(decoding: PorterStemmer.stem(Array(word.utf8)), as: UTF8.self) == stem, "\(word)")
        }
    }

    @Test func theNearestOtherTextCountsAndNotTheTextItself() {
        let scores = Rouge.n(1).nearest(["a b c d", "a b c x", "q r s"])
        #expect(scores.map(\.fMeasure) == [0.75, 0.75, 0])
        #expect(Rouge.l.nearest(["alone"]).map(\.fMeasure) == [0])
        #expect(Rouge.l.nearest([String]()).isEmpty)
    }

    @Test func theLongestSubsequenceMayBeLongerThanAMachineWord() {
        let words = (0..<500).map { "w\($0)" }
        let everyThird = words.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)
        let score = Rouge.l.score(everyThird.joined(separator: " "), against: words.joined(separator: " "))
        #expect(score.precision == 1)
        #expect(abs(score.recall - Double(everyThird.count) / 500) < 1e-12)
    }
}
