/// Stories of the story world, told when they are read.
struct ToldStories: StorySource {
    let world: StoryWorld
    let count: Int
    let asRecords: Bool
    private static let partSize = 500

    var partCount: Int { (count + Self.partSize - 1) / Self.partSize }

    var digest: UInt64 {
        var digest = StoryLibrary.shared.digest
        digest.combine(world.seed)
        digest.combine(UInt64(count))
        digest.combine(asRecords ? 1 : 0)
        return digest.value
    }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        for number in part * Self.partSize..<min((part + 1) * Self.partSize, count) {
            var text = asRecords ? world.tell(number).record.text : world.story(number).text
            text.withUTF8 { story(UnsafeRawBufferPointer($0)) }
        }
    }
}
