import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// Whether a text is a whole cell, as the grammar sees it.
package enum TextCompleteness: Hashable, Sendable {
    case complete
    case incomplete(indent: String)
    case invalid

    package init(_ text: String) {
        self = Nesting.excess(in: text) == nil ? DeepStack.run { TextCompleteness(parsing: text) } : .invalid
    }

    private init(parsing text: String) {
        let file = Parser.parse(source: text)
        let messages = ParseDiagnosticsGenerator.diagnostics(for: file).filter { $0.diagMessage.severity == .error }
        if messages.isEmpty && !file.hasError {
            self = Self.lacksBody(file) ? .incomplete(indent: "") : .complete
            return
        }
        // What is missing at the very end may still be typed.
        let blank = text.utf8.reversed().prefix { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 }.count
        let strings = OpenStrings(in: file)
        if strings.isAnyCutByItsLine {
            self = .invalid
            return
        }
        let end = Self.startOfOpenComment(in: file) ?? strings.start ?? text.utf8.count - blank
        let isAtEnd = messages.allSatisfy { $0.position.utf8Offset >= end }
        if isAtEnd || Self.depth(of: file) > 0 {
            self = .incomplete(indent: String(repeating: "    ", count: max(0, Self.depth(of: file))))
        } else {
            self = .invalid
        }
    }

    /// Whether the text ends with the head of a function, whose body may follow in the next line; functions of C have none.
    private static func lacksBody(_ file: SourceFileSyntax) -> Bool {
        guard case .decl(let declaration) = file.statements.last?.item,
            let function = declaration.as(FunctionDeclSyntax.self)
        else { return false }
        return function.body == nil && function.attributes.isEmpty
    }

    /// Where a comment begins that does not end.
    private static func startOfOpenComment(in file: SourceFileSyntax) -> Int? {
        let end = file.endOfFileToken
        let last = end.previousToken(viewMode: .sourceAccurate)
        var position = (last?.endPositionBeforeTrailingTrivia ?? end.position).utf8Offset
        for piece in Array(last?.trailingTrivia ?? []) + Array(end.leadingTrivia) {
            switch piece {
            case .blockComment(let text), .docBlockComment(let text):
                if !isClosed(comment: text) { return position }
            default: break
            }
            position += piece.sourceLength.utf8Length
        }
        return nil
    }

    /// Whether every `/*` of a comment has its `*/`; comments nest.
    private static func isClosed(comment: String) -> Bool {
        var depth = 0
        var rest = comment.utf8[...]
        while !rest.isEmpty {
            let change = rest.starts(with: "/*".utf8) ? 1 : rest.starts(with: "*/".utf8) ? -1 : 0
            depth += change
            rest = rest.dropFirst(change == 0 ? 1 : 2)
        }
        return depth == 0
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

/// The strings of a text that do not end.
private final class OpenStrings: SyntaxVisitor {
    /// Where one of several lines begins.
    private(set) var start: Int?
    /// Whether the end of a line cuts one off: no further line can end it.
    private(set) var isAnyCutByItsLine = false

    init(in file: SourceFileSyntax) {
        super.init(viewMode: .sourceAccurate)
        walk(file)
    }

    override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        guard node.closingQuote.presence == .missing else { return .visitChildren }
        if node.openingQuote.tokenKind == .multilineStringQuote {
            start = start ?? node.positionAfterSkippingLeadingTrivia.utf8Offset
        } else if !node.segments.contains(where: { $0.is(ExpressionSegmentSyntax.self) }) {
            isAnyCutByItsLine = true
        }
        return .skipChildren
    }
}
