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

        package init(cause: String, effect: String) { (self.cause, self.effect) = (cause, effect) }
    }

    /// Who is where: `["Lily": "in the park"]`.
    public package(set) var places: [String: String] = [:]
    /// Who holds what: `["kite": "Lily"]`.
    public package(set) var holders: [String: String] = [:]
    /// Where things lie that nobody holds: `["kite": "under the bench"]`.
    public package(set) var whereabouts: [String: String] = [:]
    /// What is no more, such as a cake that was eaten.
    public package(set) var gone: [String] = []
    /// Why things happened, in the order of the story.
    public package(set) var causes: [Cause] = []

    package init() {}
}

extension StoryTruth: CustomStringConvertible {
    /// A line for each person and thing, such as `kite: with Lily`, and one for each cause.
    public var description: String {
        let people = places.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let held = holders.sorted { $0.key < $1.key }.map { "\($0.key): with \($0.value)" }
        let lying = whereabouts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let lost = gone.map { "\($0): gone" }
        return (people + held + lying + lost + causes.map(\.description)).joined(separator: "\n")
    }
}

extension StoryTruth.Cause: CustomStringConvertible {
    /// "the wind blew, so the kite flew away".
    public var description: String { "\(cause), so \(effect)" }
}
