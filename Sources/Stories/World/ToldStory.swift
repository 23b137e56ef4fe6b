/// A story of the story world, with all that is true in it.
public struct ToldStory: Hashable, Sendable {
    /// What was told.
    public let story: Story
    /// The plot that it follows.
    public let plot: String
    /// Where everyone and everything is at the end, and why things happened.
    public let truth: StoryTruth
    /// The story as a record to follow instructions by: words, features and a summary.
    public let record: InstructionRecord
    /// Places in the story where only some words can follow.
    public let prompts: [StoryPrompt]
}

/// Where everyone and everything is at the end of a story, and why things happened.
public struct StoryTruth: Hashable, Sendable, Codable {
    /// Something that happened, and what came of it.
    public struct Cause: Hashable, Sendable, Codable {
        /// What happened: "the wind blew".
        public let cause: String
        /// What came of it: "the kite flew away".
        public let effect: String
    }

    /// Who is where: `["Lily": "in the park"]`.
    public internal(set) var places: [String: String] = [:]
    /// Who holds what: `["kite": "Lily"]`.
    public internal(set) var holders: [String: String] = [:]
    /// Where things lie that nobody holds: `["kite": "under the bench"]`.
    public internal(set) var whereabouts: [String: String] = [:]
    /// What is no more, such as a cake that was eaten.
    public internal(set) var gone: [String] = []
    /// Why things happened, in the order of the story.
    public internal(set) var causes: [Cause] = []
}
