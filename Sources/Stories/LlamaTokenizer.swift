import Foundation

/// The tokenizer of llama2.c: pieces with scores, of which the best-scored neighbours are joined first.
///
/// It reads llama2.c's own file (`tokenizer.bin`, `tok512.bin`), which holds a SentencePiece model's pieces. A space
/// stands before the text, and a character that no piece holds is spelled in bytes.
public struct LlamaTokenizer: Tokenizer {
    /// The id that opens a text.
    public static let beginOfText: Int32 = 1
    /// The id that closes a text, and stands between stories.
    public let endOfText: Int32? = 2
    /// The ids of the 256 bytes follow `<unk>`, `<s>` and `</s>`.
    private static let firstByte: Int32 = 3

    private let pieces: [[UInt8]]
    private let scores: [Float]
    private let ids: [[UInt8]: Int32]

    /// Reads llama2.c's tokenizer file.
    ///
    /// - Parameter vocabulary: how many pieces the file holds; nil reads to its end.
    public init(contentsOf path: String, vocabulary: Int? = nil) throws(TokenizerError) {
        let path = path.withHomeExpanded
        let data = try TokenizerFile.data(path)
        var pieces: [[UInt8]] = []
        var scores: [Float] = []
        let failure: String? = data.withUnsafeBytes { bytes in
            guard bytes.count >= 4 else { return "it is shorter than its header" }
            var offset = 4
            while offset < bytes.count, pieces.count < vocabulary ?? .max {
                guard offset + 8 <= bytes.count else { return "it ends within piece \(pieces.count)" }
                let score = bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)
                let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 4, as: Int32.self))
                offset += 8
                guard length >= 0, length <= bytes.count - offset else {
                    return "piece \(pieces.count) claims \(length) bytes, \(bytes.count - offset) are left"
                }
                pieces.append(Array(bytes[offset..<offset + length]))
                scores.append(score)
                offset += length
            }
            return nil
        }
        if let failure { throw .malformed(path: path, reason: failure) }
        guard pieces.count >= 3 + 256, vocabulary.map({ $0 == pieces.count }) ?? true else {
            throw .malformed(path: path, reason: "it holds only \(pieces.count) pieces")
        }
        for byte in 0..<256 { pieces[Int(Self.firstByte) + byte] = [UInt8(byte)] }
        self.pieces = pieces
        self.scores = scores
        var ids: [[UInt8]: Int32] = [:]
        // A piece for a character comes before the byte that spells it.
        for (id, piece) in pieces.enumerated().dropFirst(3 + 256) where ids[piece] == nil { ids[piece] = Int32(id) }
        self.ids = ids
    }

    public var vocabularySize: Int { pieces.count }

    public func bytes(of id: Int32) -> [UInt8] {
        // The marks that open and close a text stand for none of its bytes.
        id >= Self.firstByte && Int(id) < pieces.count ? pieces[Int(id)] : []
    }

    public func encode(_ text: String) -> [Int32] {
        guard !text.isEmpty else { return [] }
        var word: [Int32] = []
        for scalar in (" " + text).unicodeScalars {
            let character = Array(String(scalar).utf8)
            if let id = ids[character] {
                word.append(id)
            } else {
                word += character.map { Self.firstByte + Int32($0) }
            }
        }
        word.joinPairs { left, right in
            ids[pieces[Int(left)] + pieces[Int(right)]].map { (rank: -scores[Int($0)], id: $0) }
        }
        return word
    }

    /// The text of ids, without the space that stands before every text.
    public func decode(_ ids: [Int32]) -> String {
        let bytes = ids.flatMap(bytes(of:))
        return String(decoding: bytes.first == UInt8(ascii: " ") ? bytes.dropFirst() : bytes[...], as: UTF8.self)
    }
}
