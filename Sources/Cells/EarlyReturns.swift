import SwiftSyntax

/// The `return`s that would end a whole cell: those that stand in no function and no closure. They have no value; what
/// follows on another line, which Swift would take for one, is the next statement.
final class EarlyReturns: SyntaxVisitor {
    private(set) var found: [TokenSyntax] = []

    init(in file: SourceFileSyntax) {
        super.init(viewMode: .sourceAccurate)
        walk(file)
    }

    override func visit(_ node: ReturnStmtSyntax) -> SyntaxVisitorContinueKind {
        let value = node.expression?.firstToken(viewMode: .sourceAccurate)
        if value?.leadingTrivia.contains(where: \.isNewline) ?? true { found.append(node.returnKeyword) }
        return .visitChildren
    }

    override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: MemberBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}
