/// Stories that are in memory already.
struct StoriesInMemory: StorySource {
    private let texts: [String]
    private static let partSize = 1000

    init(_ stories: some Sequence<Story>) { texts = stories.map(\.text) }

    var partCount: Int { (texts.count + Self.partSize - 1) / Self.partSize }

    var digest: UInt64 {
        var digest = Digest()
        for text in texts { digest.combine(Array(text.utf8)) }
        return digest.value
    }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        for text in texts[part * Self.partSize..<min((part + 1) * Self.partSize, texts.count)] {
            var text = text
            text.withUTF8 { story(UnsafeRawBufferPointer($0)) }
        }
    }
}
