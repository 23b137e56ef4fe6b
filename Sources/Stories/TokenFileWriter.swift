import Foundation

/// Writes a token file under a temporary name; what is there under its own name stays whole until all is written.
package final class TokenFileWriter {
    private let path: String
    private let temporary: String
    private let file: FileHandle
    private let width: Int
    private var ends: [UInt64] = []
    private var digests: [UInt64] = []
    private var tokenCount = 0

    package init(_ path: String, vocabularySize: Int) throws {
        self.path = path
        temporary = path + ".\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
        width = vocabularySize <= 1 << 16 ? 2 : 4
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            guard FileManager.default.createFile(atPath: temporary, contents: Data(count: TokenFile.Header.size)),
                let file = FileHandle(forWritingAtPath: temporary)
            else { throw CorpusError.unwritable(path: temporary, reason: String(cString: strerror(errno))) }
            self.file = file
        } catch let error as CorpusError {
            throw error
        } catch {
            throw CorpusError.unwritable(path: folder, reason: error.localizedDescription)
        }
        try file.seekToEnd()
    }

    /// Removes what was not finished.
    deinit { unlink(temporary) }

    package func append(_ block: TokenBlock) throws {
        if width == 2 {
            try write(block.ids.map { UInt16(truncatingIfNeeded: $0) })
        } else {
            try write(block.ids)
        }
        ends += block.ends.map { UInt64(tokenCount + $0) }
        digests += block.digests
        tokenCount += block.ids.count
    }

    package func finish(vocabularySize: Int, tokenizerDigest: UInt64, corpusDigest: UInt64) throws {
        let padding = (8 - tokenCount * width % 8) % 8
        try write([UInt8](repeating: 0, count: padding))
        try write(ends)
        try write(digests)
        let header = TokenFile.Header(
            width: width, storyCount: ends.count, tokenCount: tokenCount, vocabularySize: vocabularySize,
            tokenizerDigest: tokenizerDigest, corpusDigest: corpusDigest)
        try file.seek(toOffset: 0)
        try write(header.words)
        try file.synchronize()
        try file.close()
        guard rename(temporary, path) == 0 else {
            throw CorpusError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
    }

    private func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws {
        do {
            try numbers.withUnsafeBytes { try file.write(contentsOf: Data($0)) }
        } catch {
            throw CorpusError.unwritable(path: temporary, reason: error.localizedDescription)
        }
    }
}

/// The ids of the stories of one part of a corpus.
package struct TokenBlock: Sendable {
    var ids: [Int32] = []
    /// Where each story ends in `ids`.
    var ends: [Int] = []
    var digests: [UInt64] = []

    package init() {}

    package mutating func append(_ story: UnsafeRawBufferPointer, by tokenizer: any Tokenizer) {
        ids += tokenizer.encode(utf8: story)
        ends.append(ids.count)
        digests.append(Digest(of: story).value)
    }
}
