import SwiftParser
import SwiftSyntax

/// Finds a declaration in the texts of cells, to show it as it was written.
enum DeclarationSource {
    /// The source of what a text declares under a name such as `distance(to:scale:)`, or nil where there is no such thing.
    static func find(_ name: String, in text: String?) -> String? {
        guard let text else { return nil }
        let finder = Finder(name)
        finder.walk(Parser.parse(source: text))
        return finder.found
    }

    private final class Finder: SyntaxVisitor {
        private let name: String
        private(set) var found: String?

        init(_ name: String) {
            self.name = name
            super.init(viewMode: .sourceAccurate)
        }

        /// Keeps the last declaration of the name, as the compiler does with what is declared again.
        private func visit(_ node: some SyntaxProtocol, named declared: String) -> SyntaxVisitorContinueKind {
            if declared == name { found = node.trimmedDescription }
            return .visitChildren
        }

        private static func labels(_ parameters: FunctionParameterListSyntax) -> String {
            "(" + parameters.map { $0.firstName.text + ":" }.joined() + ")"
        }

        override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
            visit(node, named: node.name.text + Self.labels(node.signature.parameterClause.parameters))
        }
        override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind {
            visit(node, named: "init" + Self.labels(node.signature.parameterClause.parameters))
        }
        override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
            for binding in node.bindings {
                for token in binding.pattern.tokens(viewMode: .sourceAccurate) where token.text == name {
                    found = node.trimmedDescription
                }
            }
            return .visitChildren
        }
        override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind {
            visit(node, named: node.name.text)
        }
        override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { visit(node, named: node.name.text) }
        override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { visit(node, named: node.name.text) }
        override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { visit(node, named: node.name.text) }
        override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind {
            visit(node, named: node.name.text)
        }
        override func visit(_ node: TypeAliasDeclSyntax) -> SyntaxVisitorContinueKind {
            visit(node, named: node.name.text)
        }
    }
}
