import SwiftSyntax

// What the rewrites of a cell ask of the grammar's nodes.

extension Range<AbsolutePosition> {
    var bytes: Range<Int> { lowerBound.utf8Offset..<upperBound.utf8Offset }
}

extension SyntaxProtocol {
    var start: Int { positionAfterSkippingLeadingTrivia.utf8Offset }
    var end: Int { endPositionBeforeTrailingTrivia.utf8Offset }
}

extension CodeBlockItemSyntax {
    /// Where the statement begins to run: nowhere for a declaration without a value, and in each clause of an `#if`.
    var begins: [Int] {
        guard case .decl(let declaration) = item, !declaration.is(VariableDeclSyntax.self) else { return [start] }
        guard let condition = declaration.as(IfConfigDeclSyntax.self) else { return [] }
        return condition.clauses.flatMap { clause in
            guard case .statements(let items) = clause.elements else { return [Int]() }
            return items.lazy.map(\.begins).first { !$0.isEmpty } ?? []
        }
    }
}

extension VariableDeclSyntax {
    var isAsync: Bool { modifiers.contains { $0.name.text == "async" } }
}

extension StmtSyntax {
    /// Whether it only leaves where it stands.
    var isJump: Bool { `is`(ReturnStmtSyntax.self) || `is`(ThrowStmtSyntax.self) }
}

extension PatternSyntax {
    /// The names that a pattern binds.
    var identifiers: [IdentifierPatternSyntax] {
        final class Finder: SyntaxVisitor {
            var found: [IdentifierPatternSyntax] = []
            override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
                found.append(node)
                return .skipChildren
            }
            override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
        }
        let finder = Finder(viewMode: .sourceAccurate)
        finder.walk(self)
        return finder.found
    }

    var names: [String] { identifiers.map(\.identifier.text) }
}

extension ExprSyntax {
    /// Whether the expression may have a value to show: it is no assignment, branch, `#warning` or missing code.
    var hasValue: Bool {
        if let macro = self.as(MacroExpansionExprSyntax.self), ["warning", "error"].contains(macro.macroName.text) {
            return false
        }
        if `is`(IfExprSyntax.self) || `is`(SwitchExprSyntax.self) || `is`(MissingExprSyntax.self) { return false }
        return assignment == nil && !hasError
    }
}

extension ExprSyntaxProtocol {
    /// What an assignment assigns to, and the value, where this is one.
    var assignment: (target: ExprSyntax, value: ExprSyntax)? {
        guard let sequence = self.as(SequenceExprSyntax.self) else {
            if let marked = self.as(TryExprSyntax.self) { return marked.expression.assignment }
            return nil
        }
        let parts = Array(sequence.elements)
        guard parts.contains(where: { $0.is(AssignmentExprSyntax.self) }), let target = parts.first,
            let value = parts.last
        else { return nil }
        return (target, value)
    }
}

extension FunctionDeclSyntax {
    /// Its name with the labels and types of its parameters: functions that share it differ only in what they give.
    var call: String {
        let parameters = signature.parameterClause.parameters.map {
            "\($0.firstName.text):\($0.type.trimmedDescription)"
        }
        return name.text + (genericParameterClause?.trimmedDescription ?? "") + "(\(parameters.joined(separator: ",")))"
    }

    /// What a call of it gives, and whether it throws or is awaited.
    var result: String {
        [signature.effectSpecifiers?.trimmedDescription, signature.returnClause?.type.trimmedDescription]
            .compactMap { $0 }.joined(separator: " ")
    }
}
