/// Stories in a text file, separated by `<|endoftext|>`.
struct TextFile: StorySource {
    static let separator: StaticString = "<|endoftext|>"

    private let texts: SeparatedFile

    init(_ path: String) throws(CorpusError) {
        texts = try SeparatedFile(path, separator: TextFile.separator)
    }

    var partCount: Int { texts.partCount }
    var digest: UInt64 { texts.digest }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        texts.read(part: part) { text, _ in story(text) }
    }
}
