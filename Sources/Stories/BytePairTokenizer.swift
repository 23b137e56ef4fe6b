import Foundation
import Synchronization

/// Byte-level byte-pair encoding: GPT-2's, GPT-Neo's, or one that was learned from a corpus.
///
/// The ids are those of Hugging Face's `tokenizers` for the same files. (Sennrich et al. 2016; Radford et al. 2019.)
public struct BytePairTokenizer: StorableTokenizer {
    /// A rule that joins two neighbours into one.
    struct Merge: Hashable, Sendable {
        let left, right, id: Int32
    }

    /// The bytes of each id.
    let pieces: [[UInt8]]
    /// The rules, the first to be applied first.
    let merges: [Merge]
    /// The texts that are one id wherever they stand.
    public let specialTokens: [SpecialToken]
    /// Whether each text is read as if a space stood before it.
    let addsPrefixSpace: Bool
    /// Which words are kept apart.
    let pattern: WordPattern
    /// Whether a word that is in the vocabulary is its id, whatever its pairs would become.
    let takesWholeWords: Bool
    /// The id that stands between stories: `<|endoftext|>` or `<|end_of_text|>`, or else the only special token.
    public let endOfText: Int32?

    public private(set) var beginOfText: Int32?

    private let engine: BytePairEngine

    init(
        pieces: [[UInt8]], merges: [Merge], specialTokens: [SpecialToken], beginOfText: Int32? = nil,
        addsPrefixSpace: Bool = false, pattern: WordPattern = .gpt2, takesWholeWords: Bool = false
    ) throws(TokenizerError) {
        self.pieces = pieces
        self.merges = merges
        self.specialTokens = specialTokens
        self.addsPrefixSpace = addsPrefixSpace
        self.beginOfText = beginOfText
        (self.pattern, self.takesWholeWords) = (pattern, takesWholeWords)
        let marks = specialTokens.filter(\.isMark)
        let endings = ["<|endoftext|>", "<|end_of_text|>"]
        endOfText = (marks.first { endings.contains($0.text) } ?? (marks.count == 1 ? marks.first : nil))?.id
        var byteIDs = [Int32](repeating: -1, count: 256)
        let specialIDs = Set(specialTokens.map(\.id))
        for (id, piece) in pieces.enumerated() where piece.count == 1 && !specialIDs.contains(Int32(id)) {
            byteIDs[Int(piece[0])] = Int32(id)
        }
        if let missing = byteIDs.firstIndex(of: -1) { throw .missingByte(UInt8(missing)) }
        var wholeWords: [[UInt8]: Int32] = [:]
        if takesWholeWords {
            for (id, piece) in pieces.enumerated() where !specialIDs.contains(Int32(id)) {
                wholeWords[piece] = Int32(id)
            }
        }
        engine = BytePairEngine(byteIDs: byteIDs, merges: merges, pattern: pattern, wholeWords: wholeWords)
    }

    /// The same tokenizer, which puts an id before every text for a model.
    package func opening(with id: Int32?) -> BytePairTokenizer {
        var copy = self
        copy.beginOfText = id
        return copy
    }

    public var vocabularySize: Int { pieces.count }

    public func bytes(of id: Int32) -> [UInt8] {
        pieces.indices.contains(Int(id)) ? pieces[Int(id)] : []
    }

    public func encode(_ text: String) -> [Int32] {
        var text = text
        return text.withUTF8 { encode(valid: $0) }
    }

    public func encode(utf8 text: UnsafeRawBufferPointer) -> [Int32] {
        // Bytes that are no UTF-8 become U+FFFD; plain English needs no look.
        guard text.isASCII else { return encode(String(decoding: text, as: UTF8.self)) }
        return text.withMemoryRebound(to: UInt8.self, encode(valid:))
    }

    private func encode(valid text: UnsafeBufferPointer<UInt8>) -> [Int32] {
        let segments = TextSegments(text, specialTokens: specialTokens)
        // A word gives at most an id a byte, and a prefix space one more.
        let capacity = text.count + (addsPrefixSpace ? segments.count : 0)
        return [Int32](unsafeUninitializedCapacity: capacity) { ids, count in
            guard let start = ids.baseAddress else { return }
            for segment in segments {
                switch segment {
                case .special(let id):
                    start[count] = id
                    count += 1
                case .text(let text):
                    count += encode(words: text, to: start + count)
                }
            }
        }
    }

    private func encode(words text: UnsafeBufferPointer<UInt8>, to ids: UnsafeMutablePointer<Int32>) -> Int {
        guard addsPrefixSpace, text.first != UInt8(ascii: " ") else { return engine.encode(text, to: ids) }
        return ([UInt8(ascii: " ")] + text).withUnsafeBufferPointer { engine.encode($0, to: ids) }
    }

    public var digest: UInt64 {
        var digest = Digest(of: "byte-level BPE")
        for piece in pieces { digest.combine(piece) }
        for merge in merges { digest.combine(Merges.pair(merge.left, merge.right)) }
        for special in specialTokens {
            digest.combine(Array(special.text.utf8))
            digest.combine(UInt64(UInt32(bitPattern: special.id)))
        }
        digest.combine(addsPrefixSpace ? 1 : 0)
        if pattern != .gpt2 { digest.combine(Array(pattern.expression.utf8)) }
        if takesWholeWords { digest.combine(1) }
        return digest.value
    }
}

extension BytePairTokenizer: CustomStringConvertible {
    public var description: String { "byte-level BPE of \(vocabularySize) ids" }
}
