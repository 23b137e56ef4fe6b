/// A story with what its writer was asked for, as TinyStoriesInstruct has it.
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
}
