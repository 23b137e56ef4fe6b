/// SentencePiece's byte-pair encoding, as Llama uses it: text is cut into characters, neighbours are joined by rules, and
/// a character that no piece holds is spelled in bytes (Kudo and Richardson 2018).
///
/// The ids are those of Hugging Face's `tokenizers`, of llama2.c or of llama.cpp for the same files, without the mark
/// that opens a text: that one is `beginOfText`.
public struct LlamaTokenizer: StorableTokenizer {
    /// Where a space is put before a text that has none.
    enum SpacePrefix: Hashable, Sendable {
        case none
        /// Before every part between special tokens, also one that begins with a space.
        case everyPart
        /// Before every part between special tokens that does not begin with a space.
        case everyPartWithout
        /// Before the whole text, where it begins with neither a special token nor a space.
        case textWithout
    }

    /// What is told apart before pieces are joined.
    struct Spacing: Hashable, Sendable {
        var prefix: SpacePrefix
        /// Whether a piece never reaches over a space.
        var splitsWords = false
    }

    /// What the text's first characters become, and what a character becomes that is not in the vocabulary.
    struct Alphabet: Sendable {
        /// The id of each character that is a piece.
        var characters: [UInt32: Int32] = [:]
        /// The ids of the 256 bytes, where there are all of them.
        var bytes: [Int32]?
        /// The id of what has no other.
        var unknown: Int32?
        /// Whether several unknown characters in a row are one id.
        var fusesUnknown = true
    }

    /// The bytes of each id; the marks that open and close a text have none.
    let pieces: [[UInt8]]
    let merges: [BytePairTokenizer.Merge]
    /// The rank of each rule where some are equal; otherwise their order.
    let ranks: [UInt32]?
    let alphabet: Alphabet
    let spacing: Spacing
    public let specialTokens: [SpecialToken]
    public let beginOfText: Int32?
    public let endOfText: Int32?

    private let joining: Merges
    /// Special tokens that are looked for in the text as it is, and those that are looked for once it has its spaces.
    private let early, late: [SpecialToken]

    init(
        pieces: [[UInt8]], merges: [BytePairTokenizer.Merge], ranks: [UInt32]? = nil, alphabet: Alphabet,
        spacing: Spacing, specialTokens: [SpecialToken], beginOfText: Int32?, endOfText: Int32? = nil
    ) {
        (self.pieces, self.merges, self.ranks) = (pieces, merges, ranks)
        (self.alphabet, self.spacing, self.specialTokens) = (alphabet, spacing, specialTokens)
        self.beginOfText = beginOfText
        let marks = specialTokens.filter(\.isMark)
        let known = ["<|endoftext|>", "</s>"].lazy.compactMap { text in marks.first { $0.text == text } }
        self.endOfText = endOfText ?? (known.first ?? (marks.count == 1 ? marks.first : nil))?.id
        joining = Merges(merges, ranks: ranks)
        early = specialTokens.filter { $0.isFound == .inText }
        late = specialTokens.filter { $0.isFound == .inSpacedText }.map { token in
            let text = Self.spaced(Array(token.text.utf8), prefixed: spacing.prefix == .everyPart)
            return SpecialToken(String(decoding: text, as: UTF8.self), id: token.id)
        }
    }

    public var vocabularySize: Int { pieces.count }

    public func bytes(of id: Int32) -> [UInt8] {
        pieces.indices.contains(Int(id)) ? pieces[Int(id)] : []
    }

    public func encode(_ text: String) -> [Int32] {
        var ids: [Int32] = []
        var text = text
        text.withUTF8 { text in
            for segment in TextSegments(text, specialTokens: early) {
                switch segment {
                case .special(let id): ids.append(id)
                case .text(let part): encode(part: part, isFirst: part.baseAddress == text.baseAddress, to: &ids)
                }
            }
        }
        return ids
    }

    private func encode(part: UnsafeBufferPointer<UInt8>, isFirst: Bool, to ids: inout [Int32]) {
        let spaced = Self.spaced(part, prefixed: spacing.prefix == .everyPart)
        spaced.withUnsafeBufferPointer { text in
            for segment in TextSegments(text, specialTokens: late) {
                switch segment {
                case .special(let id): ids.append(id)
                case .text(let words):
                    let isVeryFirst = isFirst && words.baseAddress == text.baseAddress
                    let wants = spacing.prefix == .everyPartWithout || spacing.prefix == .textWithout && isVeryFirst
                    if wants, words.first != Self.space {
                        ([Self.space] + words).withUnsafeBufferPointer { encode(words: $0, to: &ids) }
                    } else {
                        encode(words: words, to: &ids)
                    }
                }
            }
        }
    }

    private func encode(words text: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        guard spacing.splitsWords else {
            encode(word: text, to: &ids)
            return
        }
        var start = 0
        while start < text.count {
            var end = start + 1
            while end < text.count, text[end] != Self.space { end += 1 }
            encode(word: UnsafeBufferPointer(rebasing: text[start..<end]), to: &ids)
            start = end
        }
    }

    private func encode(word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32]) {
        var letters: [Int32] = []
        letters.reserveCapacity(word.count)
        var isUnknown = false
        for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
            let wasUnknown = isUnknown
            isUnknown = false
            if let id = alphabet.characters[scalar.value] {
                letters.append(id)
            } else if let bytes = alphabet.bytes {
                letters += UTF8.encode(scalar).map { $0.map { bytes[Int($0)] } } ?? []
            } else if let unknown = alphabet.unknown {
                isUnknown = true
                if !wasUnknown || !alphabet.fusesUnknown { letters.append(unknown) }
            }
        }
        joining.join(&letters)
        ids += letters
    }

    private static let space = UInt8(ascii: " ")
    /// SentencePiece's mark for a space.
    static let spaceMark = Array("\u{2581}".utf8)

    /// A text whose marks for spaces are spaces, for they become the same pieces.
    static func spaced(_ text: some Collection<UInt8>, prefixed: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 1)
        if prefixed { result.append(space) }
        result += text
        return result.contains(spaceMark[0]) ? result.replacing(spaceMark, with: [space]) : result
    }

    /// The text of ids, without the space that was put before it.
    public func decode(_ ids: [Int32]) -> String {
        let bytes = ids.flatMap(bytes(of:))
        let hasSpace = spacing.prefix != .none && bytes.first == Self.space
        return String(decoding: hasSpace ? bytes.dropFirst() : bytes[...], as: UTF8.self)
    }

    public var digest: UInt64 {
        var digest = Digest(of: "SentencePiece BPE")
        for piece in pieces { digest.combine(piece) }
        for merge in merges { digest.combine(Merges.pair(merge.left, merge.right)) }
        for rank in ranks ?? [] { digest.combine(UInt64(rank)) }
        for special in specialTokens {
            digest.combine(Array(special.text.utf8))
            digest.combine(UInt64(UInt32(bitPattern: special.id)))
        }
        digest.combine(Array("\(spacing)".utf8))
        return digest.value
    }
}

extension LlamaTokenizer: CustomStringConvertible {
    public var description: String { "SentencePiece BPE of \(vocabularySize) ids" }
}
