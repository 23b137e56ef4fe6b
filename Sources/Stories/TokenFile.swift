import Foundation
import Notebook

/// The token ids of all stories of a corpus, in a mapped file.
///
/// The file has a header of eight 64-bit words, then the ids (16 bits where the vocabulary allows it, otherwise 32),
/// then where each story ends, and then a digest of each story's text; all numbers are little-endian.
package final class TokenFile: Sendable {
    package struct Header {
        static let magic: UInt64 = 0x0A31_6C74_7261_6D73
        static let size = 64

        var width: Int
        var storyCount: Int
        var tokenCount: Int
        var vocabularySize: Int
        package var tokenizerDigest: UInt64
        package var corpusDigest: UInt64

        var words: [UInt64] {
            var words = [
                Self.magic, UInt64(width), UInt64(storyCount), UInt64(tokenCount), UInt64(vocabularySize),
                tokenizerDigest, corpusDigest,
            ]
            var digest = Digest()
            words.withUnsafeBytes { digest.combine($0) }
            words.append(digest.value)
            return words
        }

        /// Where the ends of the stories begin: after the ids, at a multiple of eight bytes.
        var endsOffset: Int { Self.size + (tokenCount * width + 7) / 8 * 8 }
    }

    package let header: Header
    private let file: MappedFile

    package var storyCount: Int { header.storyCount }

    package init(_ path: String) throws(CorpusError) {
        let file = try CorpusError.of { () throws(FileError) in try MappedFile(path) }
        func damaged(_ reason: String) -> CorpusError { .damagedTokens(path: path, reason: reason) }
        guard file.bytes.count >= Header.size else { throw damaged("it is shorter than a header") }
        let words = (0..<8).map { file.bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
        guard words[0] == Header.magic else { throw damaged("it does not begin as one") }
        let limit = UInt64(file.bytes.count)
        guard [2, 4].contains(words[1]), words[2] <= limit, words[3] <= limit, words[4] <= UInt64(Int32.max) else {
            throw damaged("its header promises more than the file holds")
        }
        header = Header(
            width: Int(words[1]), storyCount: Int(words[2]), tokenCount: Int(words[3]), vocabularySize: Int(words[4]),
            tokenizerDigest: words[5], corpusDigest: words[6])
        guard header.words == words else { throw damaged("its header does not match its digest") }
        guard file.bytes.count == header.endsOffset + 16 * header.storyCount else {
            throw damaged("it is \(file.bytes.count) bytes long where its header says otherwise")
        }
        self.file = file
        guard header.storyCount == 0 || end(of: header.storyCount - 1) == header.tokenCount else {
            throw damaged("its stories do not end where its tokens do")
        }
    }

    /// The ids of a story, as a range of all ids.
    func range(of story: Int) -> Range<Int> {
        let start = story == 0 ? 0 : end(of: story - 1)
        let end = end(of: story)
        require(
            0 <= start && start <= end && end <= header.tokenCount,
            "\(file.path) is damaged at story \(story). Delete it, and it is made again.")
        return start..<end
    }

    private func end(of story: Int) -> Int {
        Int(truncatingIfNeeded: file.bytes.load(fromByteOffset: header.endsOffset + 8 * story, as: UInt64.self))
    }

    /// A digest of a story's text: stories with the same words have the same.
    func digest(of story: Int) -> UInt64 {
        file.bytes.load(fromByteOffset: header.endsOffset + 8 * (header.storyCount + story), as: UInt64.self)
    }

    /// Appends the ids of a story.
    package func append(_ story: Int, to ids: inout [Int32]) {
        let range = range(of: story)
        let base = Header.size
        if header.width == 2 {
            for place in range { ids.append(Int32(file.bytes.load(fromByteOffset: base + 2 * place, as: UInt16.self))) }
        } else {
            for place in range { ids.append(file.bytes.load(fromByteOffset: base + 4 * place, as: Int32.self)) }
        }
        for id in ids.suffix(range.count) where id < 0 || id >= Int32(header.vocabularySize) {
            stopCell("\(file.path) is damaged: id \(id) at story \(story). Delete it, and it is made again.")
        }
    }
}
