import Foundation

/// Stories to learn from, read from where they lie whenever they are asked for.
///
/// Opening a corpus does not read it, so that one of gigabytes opens at once.
///
/// ```swift
/// let stories = try Corpus("stories.txt")
/// for story in stories.prefix(3) { print(story) }
/// let (training, held) = try stories.tokenized(by: .bytePair(vocabulary: 4096)).split(validation: 0.02)
/// ```
public struct Corpus: Sequence, Sendable {
    /// Where the stories come from, for people to read.
    public let name: String
    let source: any StorySource

    init(name: String, source: any StorySource) {
        self.name = name
        self.source = source
    }

    /// The stories of a text file, separated by lines `<|endoftext|>`.
    public init(_ path: String) throws(CorpusError) {
        self.init(name: path, source: try TextFile(path))
    }

    /// Stories that are in memory already.
    public init(_ stories: some Sequence<Story>, name: String = "stories in memory") {
        self.init(name: name, source: StoriesInMemory(stories))
    }

    /// Stories of the built-in story world, which are told whenever they are read.
    ///
    /// - Parameters:
    ///   - count: how many stories there are.
    ///   - seed: the same seed gives the same stories.
    public static func storyWorld(count: Int = 50_000, seed: UInt64 = 0) -> Corpus {
        Corpus(
            name: "\(count) stories of the built-in story world, seed \(seed)",
            source: ToldStories(world: StoryWorld(seed: seed), count: count))
    }

    public func makeIterator() -> Iterator { Iterator(source: source) }

    /// The stories of a corpus, one after another; a part of the source is in memory at a time.
    public struct Iterator: IteratorProtocol {
        let source: any StorySource
        private var part = 0
        private var stories: [Story] = []
        private var place = 0

        init(source: any StorySource) { self.source = source }

        public mutating func next() -> Story? {
            while place == stories.count {
                guard part < source.partCount else { return nil }
                stories.removeAll(keepingCapacity: true)
                source.read(part: part) { stories.append(Story(String(decoding: $0, as: UTF8.self))) }
                part += 1
                place = 0
            }
            place += 1
            return stories[place - 1]
        }
    }
}

extension Corpus: CustomStringConvertible {
    public var description: String { name }
}
