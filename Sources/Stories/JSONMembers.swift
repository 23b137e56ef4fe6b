/// The members of an object deep in a JSON text, by the exact bytes of their names.
///
/// Swift's strings take `é` and `e` with an accent behind it for the same, and so would a dictionary of them; the pieces
/// of a vocabulary are not. The text is one that a decoder has accepted.
struct JSONMembers {
    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    /// The whole numbers of the object at a path of names; nil where there is no such object.
    static func integers(at path: [String], in json: UnsafeRawBufferPointer) -> [[UInt8]: Int]? {
        var reader = JSONMembers(bytes: json)
        for name in path { guard reader.enter(Array(name.utf8)) else { return nil } }
        return reader.integers()
    }

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Goes to the value of a member.
    private mutating func enter(_ name: [UInt8]) -> Bool {
        guard take("{") else { return false }
        while let found = text(), take(":") {
            if found == name { return true }
            skipValue()
            guard take(",") else { return false }
        }
        return false
    }

    private mutating func integers() -> [[UInt8]: Int]? {
        guard take("{") else { return nil }
        var members: [[UInt8]: Int] = [:]
        if take("}") { return members }
        while let name = text(), take(":") {
            let start = place
            skipValue()
            let digits = String(decoding: bytes[start..<place].filter { !$0.isASCIIWhiteSpace }, as: UTF8.self)
            guard let number = Int(digits) else { return nil }
            members[name] = number
            if take("}") { return members }
            guard take(",") else { return nil }
        }
        return nil
    }

    /// Passes over a mark and the white space before it, if it stands next.
    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        while place < bytes.count, bytes[place].isASCIIWhiteSpace { place += 1 }
        guard place < bytes.count, bytes[place] == UInt8(ascii: mark) else { return false }
        place += 1
        return true
    }

    /// Passes over a value, up to the comma or bracket behind it.
    private mutating func skipValue() {
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                _ = text()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return
            default: break
            }
            place += 1
        }
    }

    /// The bytes of the text that stands next.
    private mutating func text() -> [UInt8]? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): text += escaped()
            default: text.append(byte)
            }
        }
        return nil
    }

    /// What stands for itself behind a backslash, as UTF-8.
    private mutating func escaped() -> [UInt8] {
        guard place < bytes.count else { return [] }
        let letter = bytes[place]
        place += 1
        switch letter {
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [codeUnit()]
            // Characters beyond the first 65,536 are written in two halves.
            if UTF16.isLeadSurrogate(units[0]), place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
                bytes[place + 1] == UInt8(ascii: "u")
            {
                place += 2
                units.append(codeUnit())
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default: return [letter]
        }
    }

    private mutating func codeUnit() -> UInt16 {
        let end = min(place + 4, bytes.count)
        defer { place = end }
        return UInt16(String(decoding: bytes[place..<end], as: UTF8.self), radix: 16) ?? 0xFFFD
    }
}
