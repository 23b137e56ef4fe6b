import Stories
import Testing

/// A model that knows how often four words followed each other, and nothing else (stupid backoff; Brants et al. 2007).
private struct FourGram {
    private var counts: [[Int32]: Int] = [:]
    private var ids: [Substring: Int32] = [:]

    /// Words and marks, each by itself.
    private static func words(_ text: String) -> [Substring] {
        text.split(separator: " ").flatMap { word -> [Substring] in
            guard let last = word.last, !last.isLetter, word.count > 1 else { return [word] }
            return [word.dropLast(), word.suffix(1)]
        }
    }

    mutating func learn(_ text: String) {
        let row = Self.words(text).map { word -> Int32 in
            if let id = ids[word] { return id }
            ids[word] = Int32(ids.count)
            return Int32(ids.count - 1)
        }
        for end in row.indices {
            for length in 1...min(4, end + 1) { counts[Array(row[end + 1 - length...end]), default: 0] += 1 }
        }
    }

    /// How likely the words of an answer are after a text.
    func score(_ answer: String, after text: String) -> Double {
        var row = Self.words(text).suffix(3).map { ids[$0] ?? -1 }
        var score = 1.0
        for word in Self.words(answer) {
            row.append(ids[word] ?? -1)
            score *= likelihood(of: row.suffix(4))
        }
        return score
    }

    private func likelihood(of words: ArraySlice<Int32>) -> Double {
        var discount = 1.0
        for length in stride(from: words.count, through: 2, by: -1) {
            let part = Array(words.suffix(length))
            if let count = counts[part], let whole = counts[Array(part.dropLast())] {
                return discount * Double(count) / Double(whole)
            }
            discount *= 0.4
        }
        return discount * Double(counts[Array(words.suffix(1)), default: 0]) * 1e-7
    }
}

@Suite struct FourGramTests {
    @Test func fourWordsAreNotEnoughToKnowHowAStoryGoesOn() {
        let world = StoryWorld(seed: 11)
        var model = FourGram()
        for number in 0..<4_000 { model.learn(world.story(number).text) }
        var answers = 0.0
        var guesses = 0.0
        for prompt in world.prompts(.context, count: 400) {
            func best(_ answers: [String]) -> Double { answers.map { model.score($0, after: prompt.text) }.max() ?? 0 }
            let (right, wrong) = (best(prompt.right), best(prompt.wrong))
            answers += right > wrong ? 1 : right == wrong ? 0.5 : 0
            guesses += Double(prompt.right.count) / Double(prompt.right.count + prompt.wrong.count)
        }
        print("context prompts of the story world: a 4-gram model \(answers / 400), guessing \(guesses / 400)")
        #expect(answers / 400 < 0.6)
    }
}
