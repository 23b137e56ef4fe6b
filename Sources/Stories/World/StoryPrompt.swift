/// The beginning of a story that breaks off where only some words can follow, so that a model is scored without a judge.
public struct StoryPrompt: Hashable, Sendable, Codable {
    /// What a model has to do to go on.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Remember who, what or where it was.
        case context
        /// Know what animals eat and say, and where they live.
        case fact
        /// See what follows from what was told.
        case reasoning
    }

    /// What the prompt asks for.
    public let kind: Kind
    /// The text that a model completes, without the space that follows.
    public let text: String
    /// Words that may follow.
    public let right: [String]
    /// Words that would fit the grammar and are wrong; those that the story itself mentions come first.
    public let wrong: [String]

    /// A prompt of one's own.
    public init(kind: Kind, text: String, right: [String], wrong: [String]) {
        (self.kind, self.text, self.right, self.wrong) = (kind, text, right, wrong)
    }

    /// Whether a completion begins with a right answer, with a wrong one, or with neither (nil).
    public func judge(_ completion: String) -> Bool? {
        let completion = completion.trimmed.lowercased()
        func begins(with answers: [String]) -> Int? {
            answers.map { $0.lowercased() }.filter { answer in
                completion.hasPrefix(answer)
                    && !(completion.dropFirst(answer.count).first?.isLetter ?? false)
            }.map(\.count).max()
        }
        let right = begins(with: right) ?? 0
        let wrong = begins(with: wrong) ?? 0
        return right == 0 && wrong == 0 ? nil : right >= wrong
    }
}
