/// Where a corpus has its stories from, in parts that can be read in any order and on several cores.
protocol StorySource: Sendable {
    /// How many parts there are. Opening a source does not read it, so a part may turn out to hold no story.
    var partCount: Int { get }
    /// Calls `story` with the UTF-8 of each story of a part, in order, and `problem` with what could not be read.
    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void)
    /// A number that differs between sources of different stories.
    var digest: UInt64 { get }
}

extension StorySource {
    /// Reads the stories of a part and leaves out what could not be read.
    func read(part: Int, _ story: (UnsafeRawBufferPointer) -> Void) {
        read(part: part, story: story, problem: { _ in })
    }
}
