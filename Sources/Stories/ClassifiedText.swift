/// UTF-8 text of which each character is a letter, a number, white space or something else, by Unicode.
struct ClassifiedText {
    enum Class: UInt8 {
        case other, letter, number, space
    }

    let text: UnsafePointer<UInt8>
    let count: Int
    private let table = ClassTable.shared

    /// Valid UTF-8, which has to outlive this.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        count = text.count
    }

    /// The end of a run of characters of one class.
    @inline(__always)
    func end(of kind: Class, from start: Int) -> Int {
        var end = start
        while end < count {
            let (next, width) = character(at: end)
            if next != kind { break }
            end += width
        }
        return end
    }

    /// The class of the character at an offset, and how many bytes it has.
    @inline(__always)
    func character(at offset: Int) -> (Class, Int) {
        let first = text[offset]
        if first < 0x80 { return (table.classes[Int(first)], 1) }
        return several(at: offset, first)
    }

    private func several(at offset: Int, _ first: UInt8) -> (Class, Int) {
        func tail(_ index: Int) -> UInt32 { UInt32(text[offset + index] & 0x3F) }
        if first < 0xE0 {
            return (table.classes[Int(UInt32(first & 0x1F) << 6 | tail(1))], 2)
        }
        let scalar, width: UInt32
        if first < 0xF0 {
            (scalar, width) = (UInt32(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3)
        } else {
            (scalar, width) = (UInt32(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
        }
        return (Class(Unicode.Scalar(scalar) ?? "\u{FFFD}"), Int(width))
    }
}

extension ClassifiedText.Class {
    /// The class of any character: `\p{L}`, `\p{N}`, White_Space or none of them.
    init(_ scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
        case .decimalNumber, .letterNumber, .otherNumber: self = .number
        default: self = scalar.properties.isWhitespace ? .space : .other
        }
    }
}

/// The classes of all characters of one or two bytes, which other alphabets than Chinese, Japanese and Korean stay in.
private struct ClassTable: @unchecked Sendable {
    // Written once, before anyone reads it, and kept for good.
    let classes: UnsafeMutablePointer<ClassifiedText.Class>

    static let shared = ClassTable()

    private init() {
        classes = .allocate(capacity: 0x800)
        for code in 0..<UInt16(0x800) {
            (classes + Int(code)).initialize(to: Unicode.Scalar(code).map(ClassifiedText.Class.init) ?? .other)
        }
    }
}
