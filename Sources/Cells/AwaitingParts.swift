import SwiftSyntax

/// The parts of a branch that await, each as large as it can be waited for on its own, and what the branch assigns to.
/// Loops stay whole, so that their turns do not each begin a task.
final class AwaitingParts: SyntaxAnyVisitor {
    private(set) var found: [Syntax] = []
    /// The names of the variables that get new values.
    private(set) var assigned: Set<String> = []

    init(of branch: some SyntaxProtocol) {
        super.init(viewMode: .sourceAccurate)
        walk(branch)
    }

    override func visitAny(_ node: Syntax) -> SyntaxVisitorContinueKind {
        if node.is(ClosureExprSyntax.self) || node.is(DeclSyntax.self) && !node.is(VariableDeclSyntax.self) {
            return .skipChildren
        }
        if let target = node.as(ExprSyntax.self)?.assignment?.target.as(DeclReferenceExprSyntax.self) {
            assigned.insert(target.baseName.text)
        }
        let isLoop = node.is(ForStmtSyntax.self) || node.is(WhileStmtSyntax.self) || node.is(RepeatStmtSyntax.self)
        let isBranch = node.is(IfExprSyntax.self) || node.is(SwitchExprSyntax.self)
        guard isLoop || node.is(ExprSyntax.self) && !isBranch, Effects(of: node)?.awaits == true else {
            return .visitChildren
        }
        found.append(node)
        return .skipChildren
    }
}
