import SwiftSyntax

/// The names that a piece of code refers to, without what members are called.
final class References: SyntaxVisitor {
    private(set) var found: [DeclReferenceExprSyntax] = []
    private let name: String?
    private let entersClosures: Bool

    /// - Parameters:
    ///   - name: the only name that counts, where it is not given another meaning; nil is all.
    ///   - entersClosures: whether what stands in closures counts.
    init(to name: String? = nil, in node: some SyntaxProtocol, entersClosures: Bool = true) {
        self.name = name
        self.entersClosures = entersClosures
        super.init(viewMode: .sourceAccurate)
        walk(node)
    }

    override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
        let isMember =
            node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == node.id
            || node.parent?.is(KeyPathPropertyComponentSyntax.self) == true
        if !isMember, name == nil || node.baseName.text == name { found.append(node) }
        return .skipChildren
    }

    override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind {
        entersClosures && !isRebound(in: node) ? .visitChildren : .skipChildren
    }
    override func visit(_ node: IfExprSyntax) -> SyntaxVisitorContinueKind {
        isRebound(in: node) ? .skipChildren : .visitChildren
    }
    override func visit(_ node: SwitchExprSyntax) -> SyntaxVisitorContinueKind {
        isRebound(in: node) ? .skipChildren : .visitChildren
    }

    private func isRebound(in node: some SyntaxProtocol) -> Bool { name.map { node.binds($0) } ?? false }
}

extension SyntaxProtocol {
    /// Whether a piece of code gives a name a meaning of its own, as a parameter or inside.
    fileprivate func binds(_ name: String) -> Bool {
        let finder = BindingFinder(name)
        finder.walk(self)
        return finder.isFound
    }
}

private final class BindingFinder: SyntaxVisitor {
    private let name: String
    private(set) var isFound = false

    init(_ name: String) {
        self.name = name
        super.init(viewMode: .sourceAccurate)
    }

    private func look(at token: TokenSyntax) -> SyntaxVisitorContinueKind {
        if token.text == name { isFound = true }
        return .skipChildren
    }

    override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind { look(at: node.identifier) }
    override func visit(_ node: ClosureShorthandParameterSyntax) -> SyntaxVisitorContinueKind { look(at: node.name) }
    override func visit(_ node: ClosureParameterSyntax) -> SyntaxVisitorContinueKind {
        look(at: node.secondName ?? node.firstName)
    }
}
