/// Cuts UTF-8 text into the words that byte-level BPE keeps apart, as GPT-2's pattern does:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// The pattern is followed by hand over bytes, with the standard library's Unicode classes.
struct WordScanner {
    enum Class: UInt8 {
        case other, letter, number, space
    }

    private let text: UnsafePointer<UInt8>
    private let count: Int
    private let table = ClassTable.shared

    /// A scanner of valid UTF-8, which has to outlive it.
    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        count = text.count
    }

    /// Where the word that starts at an offset ends. The offset has to lie before the end of the text.
    @inline(__always)
    func endOfWord(from start: Int) -> Int {
        let first = text[start]
        if first == UInt8(ascii: "'") {
            let length = contraction(at: start)
            if length > 0 { return start + length }
        }
        if first == UInt8(ascii: " "), start + 1 < count {
            let (kind, width) = character(at: start + 1)
            if kind != .space { return end(of: kind, from: start + 1 + width) }
        }
        let (kind, width) = character(at: start)
        return kind == .space ? endOfSpace(from: start) : end(of: kind, from: start + width)
    }

    /// The end of a run of characters of one class.
    @inline(__always)
    private func end(of kind: Class, from start: Int) -> Int {
        var end = start
        while end < count {
            let (next, width) = character(at: end)
            if next != kind { break }
            end += width
        }
        return end
    }

    /// A run of white space leaves its last character to the word that follows.
    private func endOfSpace(from start: Int) -> Int {
        var end = start
        var last = start
        while end < count {
            let (kind, width) = character(at: end)
            if kind != .space { return last > start ? last : end }
            last = end
            end += width
        }
        return end
    }

    /// The length of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at an offset, or 0.
    private func contraction(at start: Int) -> Int {
        guard start + 1 < count else { return 0 }
        let next = start + 2 < count ? text[start + 2] : 0
        switch text[start + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "r") where next == UInt8(ascii: "e"): return 3
        case UInt8(ascii: "v") where next == UInt8(ascii: "e"): return 3
        case UInt8(ascii: "l") where next == UInt8(ascii: "l"): return 3
        default: return 0
        }
    }

    /// The class of the character at an offset, and how many bytes it has.
    @inline(__always)
    private func character(at offset: Int) -> (Class, Int) {
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

extension WordScanner.Class {
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
    let classes: UnsafeMutablePointer<WordScanner.Class>

    static let shared = ClassTable()

    private init() {
        classes = .allocate(capacity: 0x800)
        for code in 0..<UInt16(0x800) {
            (classes + Int(code)).initialize(to: Unicode.Scalar(code).map(WordScanner.Class.init) ?? .other)
        }
    }
}
