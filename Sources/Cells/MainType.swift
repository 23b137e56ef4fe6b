import SwiftSyntax

/// The type that a script marks with `@main`: running the script calls its `main()`.
struct MainType {
    let name: String
    /// The mark itself.
    let attribute: AttributeSyntax
    /// Whether its `main()` awaits, as far as this text tells.
    let isAsync: Bool

    /// Finds the mark; nil where there is none.
    init?(in file: SourceFileSyntax) {
        let declarations = file.statements.compactMap { $0.item.as(DeclSyntax.self) }
        for declaration in declarations {
            guard let type = declaration.asProtocol(DeclGroupSyntax.self),
                let name = declaration.asProtocol(NamedDeclSyntax.self)?.name.text,
                let attribute = type.attributes.main
            else { continue }
            let extensions = declarations.compactMap { $0.as(ExtensionDeclSyntax.self) }
                .filter { $0.extendedType.trimmedDescription == name }
            let parts: [any DeclGroupSyntax] = [type] + extensions
            let mains = parts.flatMap(\.memberBlock.members).compactMap { $0.decl.as(FunctionDeclSyntax.self) }
                .filter { $0.name.text == "main" && $0.signature.parameterClause.parameters.isEmpty }
            let stated = parts.compactMap(\.inheritanceClause).flatMap(\.inheritedTypes)
            self.name = name
            self.attribute = attribute
            isAsync =
                mains.isEmpty
                // A protocol gives it, such as AsyncParsableCommand.
                ? stated.contains { $0.type.trimmedDescription.contains("Async") }
                : mains.contains { $0.signature.effectSpecifiers?.asyncSpecifier != nil }
            return
        }
        return nil
    }

    /// The statement that calls it.
    var call: String {
        isAsync ? "try __waitThrowing { try await \(name).main() }" : "try \(name).main()"
    }
}

extension AttributeListSyntax {
    fileprivate var main: AttributeSyntax? {
        lazy.compactMap { $0.as(AttributeSyntax.self) }.first { $0.attributeName.trimmedDescription == "main" }
    }
}
