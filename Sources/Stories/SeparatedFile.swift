import Foundation
import Synchronization

/// Texts in a file with a separator between them, read from the mapped file without an index.
///
/// A part is a block of the file: it holds the texts that start in it, wherever they end.
struct SeparatedFile: Sendable {
    let file: MappedFile
    private let separator: StaticString
    private let blockSize: Int
    private let lines = LineCount()
    static let usualBlockSize = 1 << 20

    init(_ path: String, separator: StaticString, blockSize: Int = usualBlockSize) throws(CorpusError) {
        file = try CorpusError.of { () throws(FileError) in try MappedFile(path) }
        self.separator = separator
        self.blockSize = blockSize
    }

    var partCount: Int { (file.bytes.count + blockSize - 1) / blockSize }

    /// A digest of the whole file, of which a piece at a time is in memory.
    var digest: UInt64 {
        let piece = 1 << 26
        var digest = Digest()
        for start in stride(from: 0, to: file.bytes.count, by: piece) {
            let range = start..<min(start + piece, file.bytes.count)
            digest.combine(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
            file.forget(range)
        }
        return digest.value
    }

    /// Calls `body` with each text of a part that is not blank, and with where it starts in the file.
    func read(part: Int, _ body: (UnsafeRawBufferPointer, Int) -> Void) {
        let block = part * blockSize..<min((part + 1) * blockSize, file.bytes.count)
        var start = part == 0 ? beginning : self.start(in: block)
        while start < block.upperBound {
            let end = separator(from: start) ?? file.bytes.count
            let text = UnsafeRawBufferPointer(rebasing: file.bytes[start..<end])
            let trimmed = text.trimmingWhiteSpace
            if !trimmed.isEmpty {
                let blank = trimmed.baseAddress.flatMap { first in text.baseAddress.map { first - $0 } } ?? 0
                body(trimmed, start + blank)
            }
            start = end + separator.utf8CodeUnitCount
        }
        file.forget(block)
    }

    /// The number of the line that an offset lies in, the first line being 1.
    func line(at offset: Int) -> Int { lines.line(at: offset, of: file.bytes) }

    /// Behind the mark of UTF-8 that some editors put before everything.
    var beginning: Int { file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// Where the first text begins that starts in a block, or the block's end: a text may be longer than many blocks, and
    /// none of them looks further than itself.
    private func start(in block: Range<Int>) -> Int {
        let width = separator.utf8CodeUnitCount
        let upTo = UnsafeRawBufferPointer(rebasing: file.bytes[..<block.upperBound])
        let wanted = UnsafeRawBufferPointer(start: separator.utf8Start, count: width)
        guard let place = upTo.first(wanted, from: max(0, block.lowerBound - width)) else { return block.upperBound }
        return place + width
    }

    private func separator(from offset: Int) -> Int? {
        file.bytes.first(
            UnsafeRawBufferPointer(start: separator.utf8Start, count: separator.utf8CodeUnitCount), from: offset)
    }
}

/// Counts lines from where it counted last, so that a file of many broken records is not read again for each of them.
private final class LineCount: Sendable {
    private let last = Mutex((offset: 0, line: 1))

    func line(at offset: Int, of bytes: UnsafeRawBufferPointer) -> Int {
        last.withLock { last in
            var (place, line) = last.offset <= offset ? last : (0, 1)
            while place < offset, let base = bytes.baseAddress, let found = memchr(base + place, 0x0A, offset - place) {
                place = UnsafeRawPointer(found) - base + 1
                line += 1
            }
            last = (place, line)
            return line
        }
    }
}
