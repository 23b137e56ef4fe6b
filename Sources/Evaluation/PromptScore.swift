import Foundation
import Networks
import Notebook
import Stories

/// How a model completes beginnings whose right and wrong answers are known, so that no judge is needed.
///
/// ```swift
/// model.score(on: StoryWorld(seed: 1).prompts(.context, count: 200))
/// ```
public struct PromptScore: Hashable, Sendable, Codable {
    /// How many prompts there were.
    public let count: Int
    /// The share of prompts of which a right answer is likelier than every wrong one, from 0 to 1.
    public let preferred: Double
    /// What `preferred` would be for a model that knows nothing: the share of right ones among all answers.
    public let guessing: Double
    /// The share of prompts that the model, writing the likeliest token each time, goes on with by a right answer.
    public let right: Double
    /// The share that it goes on with by a wrong one; the rest are texts of other kinds.
    public let wrong: Double
}

extension PromptScore: CustomStringConvertible {
    public var description: String {
        func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
        return """
            \(percent(preferred)) of \(count) prompts with a right answer preferred (guessing \(percent(guessing))); \
            written: \(percent(right)) right, \(percent(wrong)) wrong
            """
    }
}

extension LanguageModel {
    /// Completes prompts, and compares how likely their right and wrong answers are to the model.
    ///
    /// A prompt that is longer than the context loses its beginning.
    public func score(on prompts: some Collection<StoryPrompt>) -> PromptScore {
        let texts = prompts.map { ending(of: $0.text, leaving: 24) }
        let written = completions(of: texts, length: 12)
        var (preferred, guessing, right, wrong) = (0.0, 0.0, 0.0, 0.0)
        for (prompt, (text, completion)) in zip(prompts, zip(texts, written)) {
            let space = text.last == "\"" && text.dropLast().last?.isWhitespace != false ? "" : " "
            let answers = (prompt.right + prompt.wrong).map { space + $0 }
            let likelihoods = logProbabilities(of: answers, after: text)
            let (best, worst) = (
                likelihoods.prefix(prompt.right.count).max(), likelihoods.dropFirst(prompt.right.count).max()
            )
            if let best, best > worst ?? -.infinity { preferred += 1 }
            guessing += Double(prompt.right.count) / Double(max(1, answers.count))
            switch prompt.judge(completion.continuation) {
            case true?: right += 1
            case false?: wrong += 1
            case nil: break
            }
        }
        let count = Double(max(1, prompts.count))
        return PromptScore(
            count: prompts.count, preferred: preferred / count, guessing: guessing / count, right: right / count,
            wrong: wrong / count)
    }

    /// The last paragraphs or words of a text that leave room for so many tokens.
    private func ending(of text: String, leaving room: Int) -> String {
        guard let tokenizer else { return text }
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        while words.count > 1, tokenizer.encode(words.joined(separator: " ")).count + room > context {
            words = words.dropFirst(max(1, words.count / 20))
        }
        return words.joined(separator: " ")
    }
}
