/// A world of children, animals and things that tells short stories in simple English.
///
/// Story number n of a seed is always the same; the world remembers nothing.
public struct StoryWorld: Hashable, Sendable {
    /// What all stories follow from.
    public let seed: UInt64

    /// A world.
    public init(seed: UInt64 = 0) { self.seed = seed }

    /// The story of a number.
    public func story(_ number: Int) -> Story {
        var chance = SeededGenerator(seed: seed, stream: UInt64(number))
        func pick(_ words: [String]) -> String { words[chance.below(words.count)] }
        let (name, they, their) = [("Lily", "she", "her"), ("Ben", "he", "his"), ("Mia", "she", "her"),
            ("Tom", "he", "his")][chance.below(4)]
        let toy = pick(["ball", "doll", "kite", "boat", "drum", "train"])
        let color = pick(["red", "blue", "green", "yellow"])
        let place = pick(["garden", "park", "yard", "forest"])
        let hiding = pick(["under a bush", "behind a tree", "in the tall grass", "under the bench"])
        let helper = pick(["dog", "cat", "bird", "rabbit"])
        let feeling = pick(["happy", "glad", "proud"])
        return Story(
            """
            One day, \(name) took \(their) \(color) \(toy) to the \(place). Soon \(they) could not find it. "Where is my \
            \(toy)?" asked \(name).
            A little \(helper) came by. "I saw the \(toy) \(hiding)," said the \(helper). \(name) looked \(hiding), and \
            there was the \(color) \(toy)! "Thank you," said \(name). \(name) was very \(feeling), and the two played \
            in the \(place) until it was dark.
            """)
    }
}
