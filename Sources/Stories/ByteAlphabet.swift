/// The 256 visible characters that stand for bytes in the files of byte-level BPE (Radford et al. 2019).
///
/// A byte that prints in Latin-1 stands for itself; the others follow from U+0100 on, so that a space is `Ġ`.
enum ByteAlphabet {
    static let characters: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0...255).map { (byte: UInt8) in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? "?"
            }
        }
    }()

    private static let bytes: [UInt8?] = {
        var bytes = [UInt8?](repeating: nil, count: 0x144)
        for (byte, character) in characters.enumerated() { bytes[Int(character.value)] = UInt8(byte) }
        return bytes
    }()

    /// The bytes that a piece of a vocabulary stands for; a piece outside of the alphabet is its own UTF-8.
    static func bytes(of piece: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(piece.utf8.count)
        for scalar in piece.unicodeScalars {
            guard scalar.value < 0x144, let byte = bytes[Int(scalar.value)] else { return Array(piece.utf8) }
            result.append(byte)
        }
        return result
    }

    /// The piece that stands for bytes.
    static func piece(of bytes: some Sequence<UInt8>) -> String {
        var piece = String.UnicodeScalarView()
        for byte in bytes { piece.append(characters[Int(byte)]) }
        return String(piece)
    }
}
