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

    /// The stories of a file or a folder.
    ///
    /// A text file has `<|endoftext|>` between stories; a `.json` file is a list and a `.jsonl` file has one story a
    /// line, each a text or an object with a `story`, `text` or `content`; a folder stands for all such files in it.
    public init(_ path: String) throws(CorpusError) {
        let full = path.withHomeExpanded
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), isFolder.boolValue {
            self.init(name: path, source: try StoryFiles(full))
        } else {
            self.init(name: path, source: try StoryFiles.source(full))
        }
    }

    /// Stories that are in memory already.
    public init(_ stories: some Sequence<Story>, name: String = "stories in memory") {
        self.init(name: name, source: StoriesInMemory(stories))
    }

    /// Texts that are in memory already, each a story.
    public init(_ texts: some Sequence<String>, name: String = "stories in memory") {
        self.init(texts.lazy.map { Story($0) }, name: name)
    }

    /// Stories of the built-in story world, which are told whenever they are read.
    ///
    /// - Parameters:
    ///   - count: how many stories there are.
    ///   - seed: the same seed gives the same stories.
    ///   - asRecords: whether each story comes as an instruction record, with words, features and a summary before it.
    public static func storyWorld(count: Int = 50_000, seed: UInt64 = 0, asRecords: Bool = false) -> Corpus {
        Corpus(
            name: "\(count) \(asRecords ? "records" : "stories") of the built-in story world, seed \(seed)",
            source: ToldStories(world: StoryWorld(seed: seed), count: count, asRecords: asRecords))
    }

    /// What could not be read and is left out, with file and line. Reads the whole corpus.
    public var problems: [CorpusError] {
        var problems: [CorpusError] = []
        for part in 0..<source.partCount { source.read(part: part, story: { _ in }, problem: { problems.append($0) }) }
        return problems
    }

    public func makeIterator() -> Iterator { Iterator(source: source) }

    /// The first story, if there is one.
    public var first: Story? { first { _ in true } }

    /// How many stories there are. Reads the whole corpus.
    public var count: Int {
        var count = 0
        for part in 0..<source.partCount { source.read(part: part) { _ in count += 1 } }
        return count
    }

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
