/// Stories of the story world, told when they are read.
struct ToldStories: StorySource {
    let world: StoryWorld
    let count: Int
    private static let partSize = 500

    var partCount: Int { (count + Self.partSize - 1) / Self.partSize }

    var digest: UInt64 {
        var digest = Digest(of: "story world 1")
        digest.combine(world.seed)
        digest.combine(UInt64(count))
        return digest.value
    }

    func read(part: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        for number in part * Self.partSize..<min((part + 1) * Self.partSize, count) {
            var text = world.story(number).text
            text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        }
    }
}
