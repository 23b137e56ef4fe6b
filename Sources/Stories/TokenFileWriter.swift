import Foundation

/// Writes a token file under a temporary name; what is there under its own name stays whole until all is written.
package final class TokenFileWriter {
    private let file: AtomicFile
    private let width: Int
    private var ends: [UInt64] = []
    private var digests: [UInt64] = []
    private var tokenCount = 0

    package init(_ path: String, vocabularySize: Int) throws(CorpusError) {
        width = vocabularySize <= 1 << 16 ? 2 : 4
        file = try CorpusError.of { () throws(FileError) in try AtomicFile(path) }
        // The header is known at the end.
        try write([UInt8](repeating: 0, count: TokenFile.Header.size))
    }

    package func append(_ block: TokenBlock) throws(CorpusError) {
        if width == 2 {
            try write(block.ids.map { UInt16(truncatingIfNeeded: $0) })
        } else {
            try write(block.ids)
        }
        ends += block.ends.map { UInt64(tokenCount + $0) }
        digests += block.digests
        tokenCount += block.ids.count
    }

    package func finish(vocabularySize: Int, tokenizerDigest: UInt64, corpusDigest: UInt64) throws(CorpusError) {
        let padding = (8 - tokenCount * width % 8) % 8
        try write([UInt8](repeating: 0, count: padding))
        try write(ends)
        try write(digests)
        let header = TokenFile.Header(
            width: width, storyCount: ends.count, tokenCount: tokenCount, vocabularySize: vocabularySize,
            tokenizerDigest: tokenizerDigest, corpusDigest: corpusDigest)
        try CorpusError.of { () throws(FileError) in
            try file.write(header.words, at: 0)
            try file.commit()
        }
    }

    private func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws(CorpusError) {
        try CorpusError.of { () throws(FileError) in try file.write(numbers) }
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
