/// Cuts UTF-8 text into the words that byte-level BPE keeps apart.
///
/// The patterns are followed by hand over bytes, with the standard library's Unicode classes.
protocol WordScanner {
    /// A scanner of valid UTF-8, which has to outlive it.
    init(_ text: UnsafeBufferPointer<UInt8>)

    /// Where the word that starts at an offset ends. The offset has to lie before the end of the text.
    func endOfWord(from start: Int) -> Int
}

/// Which words a byte-level BPE keeps apart.
package enum WordPattern: Hashable, Sendable {
    /// As GPT-2 does.
    case gpt2
    /// As Llama 3 does, with three digits in a word, or as Qwen 2 does, with one.
    case llama3(digits: Int)

    /// The pattern as `tokenizer.json` has it.
    var expression: String {
        switch self {
        case .gpt2: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        case .llama3(let digits):
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + (digits == 1 ? "" : "{1,\(digits)}")
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        }
    }

    /// The pattern of an expression, where it is one of these.
    init?(expression: String) {
        let known = [WordPattern.gpt2, .llama3(digits: 3), .llama3(digits: 1)]
        guard let found = known.first(where: { $0.expression == expression }) else { return nil }
        self = found
    }
}

/// GPT-2's words:
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
struct GPT2Words: WordScanner {
    private let text: ClassifiedText

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = ClassifiedText(text) }

    @inline(__always)
    func endOfWord(from start: Int) -> Int {
        let first = text.text[start]
        if first == UInt8(ascii: "'") {
            let length = text.contraction(at: start)
            if length > 0 { return start + length }
        }
        if first == UInt8(ascii: " "), start + 1 < text.count {
            let (kind, width) = text.character(at: start + 1)
            if kind != .space { return text.end(of: kind, from: start + 1 + width) }
        }
        let (kind, width) = text.character(at: start)
        return kind == .space ? text.endOfSpace(from: start) : text.end(of: kind, from: start + width)
    }
}

/// Llama 3's words, and Qwen 2's:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
struct Llama3Words: WordScanner {
    private let text: ClassifiedText
    var digits = 3

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = ClassifiedText(text) }

    @inline(__always)
    func endOfWord(from start: Int) -> Int {
        let first = text.text[start]
        if first == UInt8(ascii: "'") {
            let length = text.contraction(at: start, ignoringCase: true)
            if length > 0 { return start + length }
        }
        let (kind, width) = text.character(at: start)
        let second = start + width
        switch kind {
        case .letter: return text.end(of: .letter, from: second)
        case .number: return endOfNumber(from: second)
        case .other, .space:
            guard second < text.count else { return second }
            let (next, nextWidth) = text.character(at: second)
            if next == .letter, !isLineEnd(first) { return text.end(of: .letter, from: second + nextWidth) }
            if kind == .other { return endOfMarks(from: second) }
            if next == .other, first == UInt8(ascii: " ") { return endOfMarks(from: second + nextWidth) }
            return endOfSpaceOrLines(from: start)
        }
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private func endOfNumber(from start: Int) -> Int {
        var end = start
        for _ in 1..<digits {
            guard end < text.count, case let (.number, width) = text.character(at: end) else { break }
            end += width
        }
        return end
    }

    /// A run of marks takes the line ends behind it.
    private func endOfMarks(from start: Int) -> Int {
        var end = text.end(of: .other, from: start)
        while end < text.count, isLineEnd(text.text[end]) { end += 1 }
        return end
    }

    /// White space up to its last line end, or else without the last character, which the word that follows takes.
    private func endOfSpaceOrLines(from start: Int) -> Int {
        let end = text.end(of: .space, from: start)
        if let line = (start..<end).last(where: { isLineEnd(text.text[$0]) }) { return line + 1 }
        return text.endOfSpace(from: start)
    }
}

extension ClassifiedText {
    /// A run of white space leaves its last character to the word that follows.
    func endOfSpace(from start: Int) -> Int {
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
    func contraction(at start: Int, ignoringCase: Bool = false) -> Int {
        guard start + 1 < count else { return 0 }
        func letter(_ offset: Int) -> UInt8 {
            guard offset < count else { return 0 }
            let byte = text[offset]
            return ignoringCase && byte.isASCIILetter ? byte | 0x20 : byte
        }
        let next = letter(start + 2)
        switch letter(start + 1) {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "r") where next == UInt8(ascii: "e"): return 3
        case UInt8(ascii: "v") where next == UInt8(ascii: "e"): return 3
        case UInt8(ascii: "l") where next == UInt8(ascii: "l"): return 3
        // The long s is an s of the other case.
        case 0xC5 where ignoringCase && next == 0xBF: return 3
        default: return 0
        }
    }
}
