import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// Whether a text is a whole cell, as the grammar sees it.
package enum TextCompleteness: Hashable, Sendable {
    case complete
    case incomplete(indent: String)
    case invalid

    package init(_ text: String) {
        let file = Parser.parse(source: text)
        let messages = ParseDiagnosticsGenerator.diagnostics(for: file).filter { $0.diagMessage.severity == .error }
        if messages.isEmpty && !file.hasError {
            self = .complete
            return
        }
        // What is missing at the very end may still be typed.
        let end = text.utf8.count - text.utf8.reversed().prefix { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 }.count
        let isAtEnd = messages.allSatisfy { $0.position.utf8Offset >= end }
        if isAtEnd || Self.depth(of: file) > 0 {
            self = .incomplete(indent: String(repeating: "    ", count: max(0, Self.depth(of: file))))
        } else {
            self = .invalid
        }
    }

    /// How many brackets are open at the end.
    private static func depth(of file: SourceFileSyntax) -> Int {
        var depth = 0
        for token in file.tokens(viewMode: .sourceAccurate) {
            switch token.tokenKind {
            case .leftBrace, .leftParen, .leftSquare: depth += 1
            case .rightBrace, .rightParen, .rightSquare: depth -= 1
            default: break
            }
        }
        return depth
    }
}
