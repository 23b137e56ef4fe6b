import Foundation

/// Writes a token file under a temporary name; what is there under its own name stays whole until all is written.
package final class TokenFileWriter {
    private let file: AtomicFile
    private let width: Int
    /// Where the stories end, and their digests: they lie behind the ids, whose number is not known yet.
    private let ends: AtomicFile
    private let digests: AtomicFile
    private var storyCount = 0
    private var tokenCount = 0

    package init(_ path: String, vocabularySize: Int) throws(CorpusError) {
        width = vocabularySize <= 1 << 16 ? 2 : 4
        (file, ends, digests) = try CorpusError.of { () throws(FileError) in
            let file = try AtomicFile(path)
            let ends = try AtomicFile(path + "-ends"), digests = try AtomicFile(path + "-digests")
            ends.forgetName()
            digests.forgetName()
            return (file, ends, digests)
        }
        // The header is known at the end.
        try write([UInt8](repeating: 0, count: TokenFile.Header.size), to: file)
    }

    package func append(_ block: TokenBlock) throws(CorpusError) {
        if width == 2 {
            try write(block.ids.map { UInt16(truncatingIfNeeded: $0) }, to: file)
        } else {
            try write(block.ids, to: file)
        }
        try write(block.ends.map { UInt64(tokenCount + $0) }, to: ends)
        try write(block.digests, to: digests)
        storyCount += block.ends.count
        tokenCount += block.ids.count
    }

    package func finish(vocabularySize: Int, tokenizerDigest: UInt64, corpusDigest: UInt64) throws(CorpusError) {
        let padding = (8 - tokenCount * width % 8) % 8
        try write([UInt8](repeating: 0, count: padding), to: file)
        let header = TokenFile.Header(
            width: width, storyCount: storyCount, tokenCount: tokenCount, vocabularySize: vocabularySize,
            tokenizerDigest: tokenizerDigest, corpusDigest: corpusDigest)
        try CorpusError.of { () throws(FileError) in
            try file.write(contentsOf: ends)
            try file.write(contentsOf: digests)
            try file.write(header.words, at: 0)
            try file.commit()
        }
    }

    private func write<Number: BitwiseCopyable>(_ numbers: [Number], to file: AtomicFile) throws(CorpusError) {
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
