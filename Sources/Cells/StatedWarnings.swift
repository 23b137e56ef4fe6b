import SwiftSyntax

/// The `#warning`s of a cell, by which a person leaves a note. Those under `#if` are left out: which of them count only the
/// compiler knows.
final class StatedWarnings: SyntaxVisitor {
    private(set) var found: [(text: String, offset: Int)] = []

    init(in file: SourceFileSyntax) {
        super.init(viewMode: .sourceAccurate)
        walk(file)
    }

    override func visit(_ node: MacroExpansionExprSyntax) -> SyntaxVisitorContinueKind { look(at: node) }
    override func visit(_ node: MacroExpansionDeclSyntax) -> SyntaxVisitorContinueKind { look(at: node) }
    override func visit(_ node: IfConfigDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

    private func look(at macro: some FreestandingMacroExpansionSyntax) -> SyntaxVisitorContinueKind {
        if macro.macroName.text == "warning",
            let text = macro.arguments.first?.expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue
        {
            found.append((text, macro.positionAfterSkippingLeadingTrivia.utf8Offset))
        }
        return .visitChildren
    }
}
