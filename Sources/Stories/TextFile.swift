/// Stories in a text file, separated by `<|endoftext|>`, read from the mapped file without an index.
///
/// A part is a block of the file: it holds the stories that start in it, wherever they end.
struct TextFile: StorySource {
    static let separator: StaticString = "<|endoftext|>"

    private let file: MappedFile
    private let blockSize: Int

    init(_ path: String, blockSize: Int = 1 << 20) throws(CorpusError) {
        file = try MappedFile(path)
        self.blockSize = blockSize
    }

    var partCount: Int { (file.bytes.count + blockSize - 1) / blockSize }

    var digest: UInt64 { Digest(of: file.bytes).value }

    func read(part: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        let block = part * blockSize..<min((part + 1) * blockSize, file.bytes.count)
        var start = part == 0 ? 0 : self.start(atOrAfter: block.lowerBound)
        while start < block.upperBound {
            let end = separator(from: start) ?? file.bytes.count
            let story = UnsafeRawBufferPointer(rebasing: file.bytes[start..<end]).trimmingWhiteSpace
            if !story.isEmpty { body(story) }
            start = end + TextFile.separator.utf8CodeUnitCount
        }
        file.forget(block)
    }

    /// Where the first story begins that starts at the offset or later.
    private func start(atOrAfter offset: Int) -> Int {
        let width = TextFile.separator.utf8CodeUnitCount
        guard let separator = separator(from: max(0, offset - width)) else { return file.bytes.count }
        return separator + width
    }

    private func separator(from offset: Int) -> Int? {
        let separator = UnsafeRawBufferPointer(
            start: TextFile.separator.utf8Start, count: TextFile.separator.utf8CodeUnitCount)
        return file.bytes.first(separator, from: offset)
    }
}
