import SwiftParser
import SwiftSyntax

/// What a place in a cell belongs to.
enum Enclosure {
    /// The cell's own statements.
    case cell
    /// A function, a closure or a type.
    case declaration

    /// - Parameters:
    ///   - line: counted from 1.
    ///   - column: in bytes, from 1.
    init(of text: EditedText, line: Int, column: Int) {
        self = DeepStack.run { Enclosure(parsing: text, line: line, column: column) }
    }

    private init(parsing text: EditedText, line: Int, column: Int) {
        let file = Parser.parse(source: String(decoding: text.original, as: UTF8.self))
        let converter = SourceLocationConverter(fileName: "", tree: file)
        var node = file.token(at: converter.position(ofLine: line, column: column)).map(Syntax.init)
        self = .cell
        while let inner = node {
            if inner.is(ClosureExprSyntax.self) || inner.is(FunctionDeclSyntax.self)
                || inner.is(AccessorBlockSyntax.self) || inner.is(MemberBlockSyntax.self)
            {
                self = .declaration
                return
            }
            node = inner.parent
        }
    }
}
