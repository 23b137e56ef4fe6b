import FoundationEssentials

/// One message of the compiler, at a place in the person's text.
package struct CompilerMessage: Hashable, Sendable {
    package enum Severity: String, Sendable { case error, warning, note }

    package let severity: Severity
    package let text: String
    /// Counted from 1; nil where the message speaks of something outside of the cell.
    package let line: Int?
    /// In bytes, from 1.
    package let column: Int?

    /// Reads what the compiler printed about a file.
    ///
    /// What speaks of the functions that a cell is rewritten with is said in the person's terms or left out, and so is
    /// what comes twice without a place of its own.
    package static func parse(_ output: String, file: String, text: EditedText) -> [CompilerMessage] {
        var seen: Set<String> = []
        return withoutConsequences(read(output, file: file, text: text)).compactMap { message in
            guard let plain = message.inThePersonsTerms(of: text), plain.line != nil || seen.insert(plain.text).inserted
            else {
                return nil
            }
            return plain
        }
    }

    private func inThePersonsTerms(of written: EditedText) -> CompilerMessage? {
        let show = CellSyntax.LastExpression.shown.rawValue
        var text = self.text
        // The name of a group of messages is of use only to the compiler's options.
        if let group = text.range(of: " [#", options: .backwards), text.hasSuffix("]") {
            text.removeSubrange(group.lowerBound...)
        }
        // These offer to type something, which nobody does here.
        if severity == .note, text == "add stubs for conformance" { return nil }
        if severity == .note, text.hasPrefix("did you mean to "), text.contains("'try'") || text.contains(" error ") {
            return nil
        }
        let isElsewhere = text.hasSuffix("declared here") || text.hasSuffix("marked unavailable here")
        if severity == .note, line == nil, isElsewhere || text.contains("'\(show)'") { return nil }
        if isAboutTheShownType {
            text = "the type of this value cannot be told: write it, as in 'nil as Int?'"
        }
        if let missing = text.wholeMatch(of: #/module 'Cell\w+' has no member named ('.*')/#) {
            text = "cannot find \(missing.1) in scope"
        }
        // A cell waits for what it awaits, which the compiler does not know.
        if text.hasSuffix(Self.withoutConcurrency), let line, let column,
            Enclosure(of: written, line: line, column: column) == .cell
        {
            text = text.dropLast(Self.withoutConcurrency.count) + " is not marked with 'await'"
        }
        return CompilerMessage(severity: severity, text: text, line: line, column: column)
    }

    /// The messages without those that only say what follows from others, and without the notes on them.
    private static func withoutConsequences(_ messages: [CompilerMessage]) -> [CompilerMessage] {
        let errors = messages.filter { $0.severity == .error }
        let lacksName = errors.contains { $0.text.wholeMatch(of: #/cannot find '.*' in scope/#) != nil }
        let hasOthers = errors.contains { !$0.isAboutTheShownType }
        var isConsequence = false
        return messages.filter { message in
            if message.severity != .note {
                isConsequence =
                    message.severity == .error
                    && (message.isAboutTheShownType ? hasOthers : lacksName && message.isAboutMissingTypes)
            }
            return !isConsequence
        }
    }

    /// Whether the compiler knows too little of a part of the code, as it does once a name is missing there.
    private var isAboutMissingTypes: Bool {
        [
            "cannot infer", "generic parameter '", "no exact matches in call", "trailing closure passed to parameter",
            "the compiler is unable to type-check this expression", "type of expression is ambiguous",
        ].contains { text.hasPrefix($0) }
    }

    private var isAboutTheShownType: Bool { text == "generic parameter 'Shown' could not be inferred" }

    private static let withoutConcurrency = " in a function that does not support concurrency"

    private static func read(_ output: String, file: String, text: EditedText) -> [CompilerMessage] {
        output.split(separator: "\n").compactMap { line in
            for severity in [Severity.error, .warning, .note] {
                guard let mark = line.firstRange(of: ": \(severity.rawValue): ") else { continue }
                let place = line[..<mark.lowerBound].split(separator: ":")
                let message = String(line[mark.upperBound...])
                if place.count == 3, place[0].hasSuffix(".swift"), place[0].contains(file) {
                    // What is missing at the end of the text is missed behind it, where the compiler knows no cell.
                    return CompilerMessage(
                        severity: severity, text: message, line: text.end.line, column: text.end.column)
                }
                guard place.count == 3, place[0] == file, let row = Int(place[1]), let column = Int(place[2]) else {
                    return CompilerMessage(severity: severity, text: message, line: nil, column: nil)
                }
                return CompilerMessage(
                    severity: severity, text: message, line: row, column: text.originalColumn(line: row, column: column)
                )
            }
            return nil
        }
    }

    /// Whether the compiler complains that the cell's last value cannot be handed to the function that shows it.
    static func isAboutShowing(_ output: String) -> Bool {
        output.contains("'\(CellSyntax.LastExpression.shown.rawValue)' requires that '")
    }

    /// Whether the compiler complains that the cell uses what is the main actor's.
    static func isAboutMainActor(_ output: String) -> Bool {
        output.contains(#/error: .*main actor-isolated .* nonisolated context/#)
    }

    /// The message as a person reads it: place, message, the line and a caret.
    package func rendered(cell: String, lines: [Substring]) -> [String] {
        guard let line, let column else { return ["\(severity.rawValue): \(text)"] }
        return ["\(cell):\(line):\(column): \(severity.rawValue): \(text)"]
            + SourceExcerpt.lines(of: lines, line: line, column: column)
    }
}

/// A line of a cell with a caret under a column.
package enum SourceExcerpt {
    package static func lines(of lines: [Substring], line: Int, column: Int?) -> [String] {
        guard lines.indices.contains(line - 1) else { return [] }
        let source = lines[line - 1]
        let gutter = "\(line)"
        let shown = "  \(gutter) | \(source)"
        guard let column else { return [shown] }
        // The caret stands under the character, however many bytes are before it; tabs stay tabs.
        let before = String(decoding: source.utf8.prefix(max(0, column - 1)), as: UTF8.self)
        let padding = String(before.map { $0 == "\t" ? "\t" : " " })
        return [shown, "  \(String(repeating: " ", count: gutter.count)) | \(padding)^"]
    }
}
