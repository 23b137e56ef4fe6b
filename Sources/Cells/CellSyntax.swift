import SwiftDiagnostics
import SwiftOperators
import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// A cell as the grammar sees it, and the small rewrites that make top-level Swift out of it.
///
/// - an import is passed on to later cells;
/// - the last expression shows itself, unless a semicolon follows it;
/// - what awaits is waited for, so that the cell stays synchronous and its variables are bound to no actor;
/// - `async let`s that stand together start together and are waited for together;
/// - a name that `guard` binds becomes a variable of the session, and `return` in its `else` ends the cell.
package struct CellSyntax {
    /// The text with the rewrites.
    package private(set) var text: EditedText
    /// Whether later cells may use something of this one: it declares or imports.
    package private(set) var declares = false
    /// The modules that it imports.
    package private(set) var imports: [String] = []
    /// Whether it has variables, whose values come from running it.
    package private(set) var bindsVariables = false
    /// The names that it declares at its top level.
    package private(set) var names: [String] = []
    /// Where its top-level statements begin and end, in bytes of the person's text.
    package private(set) var statements: [Range<Int>] = []

    /// Whether running the statements again in place would leave something as it was: a type's own variables.
    package private(set) var hasStaticState = false
    /// The conformances that its extensions state, with the index of the statement.
    package private(set) var conformances: [(type: String, protocols: [String], statement: Int)] = []

    /// The functions that it declares: what tells their calls apart, what they give, and the index of the statement.
    package private(set) var functions: [(call: String, result: String, statement: Int)] = []

    /// What the last expression is handed to.
    package enum LastExpression: String, Sendable {
        /// Shows the value.
        case shown = "__show"
        /// Names the type of a value that cannot be copied.
        case named = "__kind"
    }

    private let lastExpression: LastExpression

    package init(_ source: String, lastExpression: LastExpression = .shown) {
        self.lastExpression = lastExpression
        text = EditedText(source)
        let file = Parser.parse(source: source)
        var asyncLets: [VariableDeclSyntax] = []
        let items = Array(file.statements)
        for (index, item) in items.enumerated() {
            statements.append(item.trimmedRange.bytes)
            if let stated = item.item.as(ExtensionDeclSyntax.self), let list = stated.inheritanceClause?.inheritedTypes
            {
                conformances.append(
                    (stated.extendedType.trimmedDescription, list.map { $0.type.trimmedDescription }, index))
            }
            if let function = item.item.as(FunctionDeclSyntax.self) {
                functions.append((function.call, function.signature.returnClause?.type.trimmedDescription ?? "", index))
            }
            if let variable = item.item.as(VariableDeclSyntax.self), variable.isAsync {
                asyncLets.append(variable)
                if index + 1 < items.count, let next = items[index + 1].item.as(VariableDeclSyntax.self), next.isAsync {
                    continue
                }
                startTogether(asyncLets)
                asyncLets = []
                continue
            }
            rewrite(item, isLast: index == items.count - 1)
        }
        declares = !names.isEmpty || !imports.isEmpty || declares
        if items.count > 1 { markProgress(items) }
        hasStaticState = file.tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.static) }
    }

    /// The cell as it would be without its statements from an index on.
    package func cut(before statement: Int) -> CellSyntax? {
        guard statements.indices.contains(statement) else { return nil }
        return CellSyntax(String(decoding: text.original[..<statements[statement].lowerBound], as: UTF8.self))
    }

    /// The cell as it would be without some of its statements; lines keep their numbers.
    package func removing(_ removed: some Sequence<Int>) -> CellSyntax {
        var bytes = text.original
        for statement in removed where statements.indices.contains(statement) {
            for index in statements[statement] where bytes[index] != UInt8(ascii: "\n") {
                bytes[index] = UInt8(ascii: " ")
            }
        }
        return CellSyntax(String(decoding: bytes, as: UTF8.self))
    }

    /// Has each statement say that it begins.
    private mutating func markProgress(_ items: [CodeBlockItemSyntax]) {
        for (index, item) in items.enumerated().dropFirst() {
            if case .decl(let declaration) = item.item, !declaration.is(VariableDeclSyntax.self) { continue }
            text.insertFirst("__reach(\(index)); ", at: item.start)
        }
    }

    private mutating func rewrite(_ item: CodeBlockItemSyntax, isLast: Bool) {
        switch item.item {
        case .decl(let declaration): rewrite(declaration)
        case .expr(let expression):
            if isLast && item.semicolon == nil && expression.hasValue {
                text.insert("\(lastExpression.rawValue)(", at: expression.start)
                wait(for: expression)
                text.insert(")", at: expression.end)
            } else {
                wait(for: expression)
            }
        case .stmt(let statement):
            if let condition = statement.as(GuardStmtSyntax.self) {
                rewrite(condition)
            } else {
                wait(for: statement)
            }
        @unknown default: break
        }
    }

    /// The modules that cells see without an import.
    private static let provided: Set = ["Foundation", "Dispatch", "CellRuntime", "Martlet"]

    private mutating func rewrite(_ declaration: DeclSyntax) {
        if let module = declaration.as(ImportDeclSyntax.self) {
            // What all cells see is seen by way of the worker's own module, whose declarations come first.
            if module.importKindSpecifier == nil, Self.provided.contains(module.path.trimmedDescription) {
                text.replace(module.trimmedRange.bytes, with: "")
                return
            }
            imports.append(module.path.first?.name.text ?? "")
            if !module.attributes.trimmedDescription.contains("@_exported") {
                text.insert("@_exported ", at: module.importKeyword.start)
            }
        } else if let variable = declaration.as(VariableDeclSyntax.self) {
            bindsVariables = true
            for binding in variable.bindings {
                names += binding.pattern.names
                if let value = binding.initializer?.value { wait(for: value) }
            }
        } else if let condition = declaration.as(IfConfigDeclSyntax.self) {
            declares = condition.clauses.contains { $0.elements != nil } || declares
        } else if let named = declaration.asProtocol(NamedDeclSyntax.self) {
            names.append(named.name.text)
        } else {
            declares = true
        }
    }

    // MARK: Waiting

    /// Surrounds an expression that awaits with a call that waits for it.
    private mutating func wait(for expression: some ExprSyntaxProtocol) {
        guard let effects = Effects(of: expression), effects.awaits else { return }
        if let assignment = expression.assignment {
            wait(for: assignment.value)
            return
        }
        text.insert(effects.throwsOut ? "try __waitThrowing { " : "__wait { ", at: expression.start)
        text.insert(" }", at: expression.end)
    }

    /// The same for a whole loop or branch.
    private mutating func wait(for statement: StmtSyntax) {
        guard let effects = Effects(of: statement), effects.awaits else { return }
        text.insert(effects.throwsOut ? "try __waitThrowing { " : "__wait { ", at: statement.start)
        text.insert(" }", at: statement.end)
    }

    private mutating func startTogether(_ variables: [VariableDeclSyntax]) {
        var waits: [String] = []
        bindsVariables = true
        for variable in variables {
            for modifier in variable.modifiers where modifier.name.text == "async" {
                text.replace(modifier.trimmedRange.bytes, with: "")
            }
            for binding in variable.bindings {
                guard let value = binding.initializer?.value else { continue }
                names += binding.pattern.names
                let task = "__task\(binding.pattern.start)"
                let type = binding.typeAnnotation.map { $0.trimmedDescription } ?? ""
                text.replace(binding.pattern.start..<value.start, with: "\(task) = __start { try await ")
                text.insert(" }", at: value.end)
                waits.append(
                    "let \(binding.pattern.trimmedDescription)\(type) = try __waitThrowing { try await \(task).value }")
            }
        }
        if let last = variables.last { text.insert("; " + waits.joined(separator: "; "), at: last.end) }
    }

    // MARK: Guard

    private mutating func rewrite(_ condition: GuardStmtSyntax) {
        var renamed: [String: String] = [:]
        for element in condition.conditions {
            // Later conditions may speak of what earlier ones bound.
            for reference in References(in: element).found {
                if let name = renamed[reference.baseName.text] {
                    text.replace(reference.trimmedRange.bytes, with: name)
                }
            }
            let pattern: PatternSyntax
            if let binding = element.condition.as(OptionalBindingConditionSyntax.self) {
                pattern = binding.pattern
                if binding.initializer == nil, let name = pattern.names.first {
                    text.replace(pattern.trimmedRange.bytes, with: "__bound_\(name) = \(name)")
                    renamed[name] = "__bound_\(name)"
                    continue
                }
            } else if let matching = element.condition.as(MatchingPatternConditionSyntax.self) {
                pattern = matching.pattern
            } else {
                continue
            }
            for identifier in pattern.identifiers {
                let name = identifier.identifier.text
                text.replace(identifier.identifier.trimmedRange.bytes, with: "__bound_\(name)")
                renamed[name] = "__bound_\(name)"
            }
        }
        for statement in condition.body.statements {
            if let leaving = statement.item.as(ReturnStmtSyntax.self), leaving.expression == nil {
                text.replace(leaving.returnKeyword.trimmedRange.bytes, with: "__endCell()")
            }
        }
        let exports = renamed.sorted { $0.key < $1.key }.map { "; let \($0.key) = \($0.value)" }
        text.insert(exports.joined(), at: condition.end)
        names += renamed.keys
        bindsVariables = true
    }
}

extension Range<AbsolutePosition> {
    fileprivate var bytes: Range<Int> { lowerBound.utf8Offset..<upperBound.utf8Offset }
}

extension SyntaxProtocol {
    fileprivate var start: Int { positionAfterSkippingLeadingTrivia.utf8Offset }
    fileprivate var end: Int { endPositionBeforeTrailingTrivia.utf8Offset }
}

extension VariableDeclSyntax {
    fileprivate var isAsync: Bool { modifiers.contains { $0.name.text == "async" } }
}

extension PatternSyntax {
    /// The names that a pattern binds.
    fileprivate var identifiers: [IdentifierPatternSyntax] {
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

    fileprivate var names: [String] { identifiers.map(\.identifier.text) }
}

extension ExprSyntax {
    /// Whether the expression may have a value to show: it is no assignment, branch or missing code.
    fileprivate var hasValue: Bool {
        if `is`(IfExprSyntax.self) || `is`(SwitchExprSyntax.self) || `is`(MissingExprSyntax.self) { return false }
        return assignment == nil && !hasError
    }
}

extension ExprSyntaxProtocol {
    /// The value that an assignment assigns, where this is one.
    fileprivate var assignment: (value: ExprSyntax, Void)? {
        guard let sequence = self.as(SequenceExprSyntax.self) else {
            if let marked = self.as(TryExprSyntax.self) { return marked.expression.assignment }
            return nil
        }
        let parts = Array(sequence.elements)
        guard parts.contains(where: { $0.is(AssignmentExprSyntax.self) }), let value = parts.last else { return nil }
        return (value, ())
    }
}

/// The names that a piece of code refers to.
private final class References: SyntaxVisitor {
    private(set) var found: [DeclReferenceExprSyntax] = []

    init(in node: some SyntaxProtocol) {
        super.init(viewMode: .sourceAccurate)
        walk(node)
    }

    override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
        if node.parent?.as(MemberAccessExprSyntax.self)?.declName.id != node.id { found.append(node) }
        return .skipChildren
    }
}

/// Whether a piece of code awaits, and whether errors come out of it; the bodies of closures and functions do not count.
private final class Effects: SyntaxVisitor {
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

extension FunctionDeclSyntax {
    /// Its name with the labels and types of its parameters: functions that share it differ only in what they give.
    fileprivate var call: String {
        let parameters = signature.parameterClause.parameters.map {
            "\($0.firstName.text):\($0.type.trimmedDescription)"
        }
        return name.text + (genericParameterClause?.trimmedDescription ?? "") + "(\(parameters.joined(separator: ",")))"
    }
}
