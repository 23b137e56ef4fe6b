/// A person's text with insertions that the compiler sees and the person does not, and the way back from a place in
/// the one to the place in the other.
///
/// Edits never begin or end a line of the person's, so that lines keep their numbers.
package struct EditedText: Sendable {
    private struct Edit: Sendable {
        var offset: Int
        var removed: Int
        var inserted: [UInt8]
    }

    /// What the person wrote, in UTF-8.
    package let original: [UInt8]
    private var edits: [Edit] = []

    package init(_ text: String) { original = Array(text.utf8) }

    /// Puts a text before the byte at an offset. Of several at one offset the one that came first stays first.
    package mutating func insert(_ text: String, at offset: Int) {
        edits.append(Edit(offset: offset, removed: 0, inserted: Array(text.utf8)))
    }

    /// Puts a text before the byte at an offset, and before all that was put there already.
    package mutating func insertFirst(_ text: String, at offset: Int) {
        edits.insert(Edit(offset: offset, removed: 0, inserted: Array(text.utf8)), at: 0)
    }

    /// Puts a text without line breaks in the place of some bytes; line breaks among them stay.
    package mutating func replace(_ range: Range<Int>, with text: String) {
        let breaks = original[range].filter { $0 == UInt8(ascii: "\n") }
        edits.append(Edit(offset: range.lowerBound, removed: range.count, inserted: Array(text.utf8) + breaks))
    }

    /// Puts a line behind all others.
    package mutating func append(line: String) { insert("\n" + line, at: original.count) }

    /// The text that the compiler sees.
    package var edited: String {
        var result: [UInt8] = []
        var next = 0
        for edit in inOrder {
            guard edit.offset >= next else { continue }
            result += original[next..<edit.offset]
            result += edit.inserted
            next = edit.offset + edit.removed
        }
        result += original[next...]
        return String(decoding: result, as: UTF8.self)
    }

    /// The column in the person's text of a column in the edited one; both count bytes from 1.
    package func originalColumn(line: Int, column: Int) -> Int {
        guard let start = startOfLine(line) else { return column }
        let end = startOfLine(line + 1) ?? original.count + 1
        var shown = 1
        var next = start
        for edit in inOrder where edit.offset >= start && edit.offset < end {
            let untouched = edit.offset - next
            if column < shown + untouched { break }
            shown += untouched
            next = edit.offset
            if column < shown + edit.inserted.count { return next - start + 1 }
            shown += edit.inserted.count
            next += edit.removed
        }
        return max(1, next - start + column - shown + 1)
    }

    /// The place behind the last character of the person's text that is no space.
    var end: (line: Int, column: Int) { place(of: (original.lastIndex { !" \n\r\t".utf8.contains($0) } ?? -1) + 1) }

    /// The line and column, both counted from 1, of a byte of the person's text.
    func place(of offset: Int) -> (line: Int, column: Int) {
        let before = original[..<offset]
        let start = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        return (before.count { $0 == UInt8(ascii: "\n") } + 1, offset - start + 1)
    }

    private var inOrder: [Edit] {
        edits.enumerated()
            .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
            .map(\.element)
    }

    private func startOfLine(_ line: Int) -> Int? {
        var current = 1
        if line == 1 { return 0 }
        for (index, byte) in original.enumerated() where byte == UInt8(ascii: "\n") {
            current += 1
            if current == line { return index + 1 }
        }
        return nil
    }
}
