/// Where a corpus has its stories from, in parts that can be read in any order and on several cores.
protocol StorySource: Sendable {
    /// How many parts there are. Opening a source does not read it, so a part may turn out to hold no story.
    var partCount: Int { get }
    /// Calls `body` with the UTF-8 of each story of a part, in order.
    func read(part: Int, _ body: (UnsafeRawBufferPointer) -> Void)
    /// A number that differs between sources of different stories.
    var digest: UInt64 { get }
}
