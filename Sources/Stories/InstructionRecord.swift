/// A story with what its writer was asked for, as TinyStoriesInstruct has it (Eldan and Li 2023).
public struct InstructionRecord: Hashable, Sendable, Codable {
    /// Kinds of things that the story has: Dialogue, Twist, BadEnding, MoralValue, Foreshadowing, Conflict.
    public var features: [String]
    /// Words that the story uses.
    public var words: [String]
    /// What happens, in a sentence or two.
    public var summary: String?
    /// A sentence that the story contains.
    public var randomSentence: String?
    /// The story itself.
    public var story: Story

    /// A record.
    public init(
        features: [String] = [], words: [String] = [], summary: String? = nil, randomSentence: String? = nil,
        story: Story
    ) {
        self.features = features
        self.words = words
        self.summary = summary
        self.randomSentence = randomSentence
        self.story = story
    }

    /// What a model is asked: all fields but the story, which it is to write.
    public var prompt: String {
        var lines: [String] = []
        if !features.isEmpty { lines.append("Features: " + features.joined(separator: ", ")) }
        if !words.isEmpty { lines.append("Words: " + words.joined(separator: ", ")) }
        if let summary { lines.append("Summary: " + summary) }
        if let randomSentence { lines.append("Random sentence: " + randomSentence) }
        return lines.map { $0 + "\n" }.joined() + "Story: \n\n"
    }

    /// The record as models learn it: the prompt and the story.
    public var text: String { prompt + story.text }
}
