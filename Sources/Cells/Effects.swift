import SwiftSyntax

/// Whether a piece of code awaits, and whether errors come out of it; the bodies of closures and functions do not count.
final class Effects: SyntaxVisitor {
    private(set) var awaits = false
    private(set) var throwsOut = false

    init?(of node: some SyntaxProtocol) {
        super.init(viewMode: .sourceAccurate)
        walk(node)
    }

    override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind { awaits = true; return .visitChildren }
    override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
        if node.awaitKeyword != nil { awaits = true }
        if node.tryKeyword != nil { throwsOut = true }
        return .visitChildren
    }
    override func visit(_ node: TryExprSyntax) -> SyntaxVisitorContinueKind {
        if node.questionOrExclamationMark == nil { throwsOut = true }
        return .visitChildren
    }
    override func visit(_ node: ThrowStmtSyntax) -> SyntaxVisitorContinueKind {
        throwsOut = true; return .visitChildren
    }
    override func visit(_ node: DoStmtSyntax) -> SyntaxVisitorContinueKind {
        // A `do` whose last `catch` has no pattern lets nothing out.
        guard let last = node.catchClauses.last, last.catchItems.isEmpty else { return .visitChildren }
        let before = throwsOut
        walk(node.body)
        throwsOut = before
        for clause in node.catchClauses { walk(clause.body) }
        return .skipChildren
    }
    override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
    override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}
