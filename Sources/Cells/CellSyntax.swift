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
/// - a name that `guard` binds becomes a variable of the session;
/// - `return` ends the cell, and the `main()` of a type that is marked with `@main` is called;
/// - what assigns a constant that was declared without a value stays a statement of the cell: only what it awaits is
///   waited for;
/// - a variable whose value is made of an earlier one of its name, as in `let x = x + 1`, means that one.
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

    /// A function: what tells its calls apart, what they give, and the index of the statement.
    package struct Function: Sendable {
        package let call, result: String
        package let statement: Int
    }
    /// The functions that it declares.
    package private(set) var functions: [Function] = []

    /// What the last expression is handed to.
    package enum LastExpression: String, Sendable {
        /// Shows the value.
        case shown = "__show"
        /// Names the type of a value that cannot be copied.
        case named = "__kind"
    }

    /// Whether a variable is made of an earlier one of its name: running the cell again goes on from the last value.
    package private(set) var replacesWhatItReads = false
    /// Whether a function `__values` lists what its constants hold.
    package private(set) var listsValues = false
    /// The statements after which later cells are as before: they declare nothing.
    private var passing: [Int] = []

    /// The warnings that the text asks for by `#warning`.
    package private(set) var warnings: [CompilerMessage] = []
    /// The constants that were declared without a value.
    private var unset: Set<String> = []

    private let lastExpression: LastExpression
    private let earlier: String
    private let isOnMainActor: Bool

    /// Why no compiler is to see the text; it counts as empty then.
    package private(set) var refusal: CompilerMessage?

    /// - Parameters:
    ///   - earlier: the module that shows what cells declared before this one.
    ///   - isOnMainActor: whether its top-level statements are the main actor's, as a script's are in Swift 6. Few
    ///     cells need it, and the others are spared the closures around them.
    package init(
        _ source: String, after earlier: String = CellCompiler.root, lastExpression: LastExpression = .shown,
        isOnMainActor: Bool = false
    ) {
        self = DeepStack.run { CellSyntax(parsing: source, after: earlier, lastExpression, isOnMainActor) }
    }

    private init(
        parsing source: String, after earlier: String, _ lastExpression: LastExpression, _ isOnMainActor: Bool
    ) {
        self.lastExpression = lastExpression
        self.earlier = earlier
        self.isOnMainActor = isOnMainActor
        text = EditedText(source)
        if let place = Nesting.excess(in: source).map(text.place) {
            refusal = CompilerMessage(
                severity: .error, text: "brackets are nested too deeply here for the compiler", line: place.line,
                column: place.column)
            return
        }
        let file = Parser.parse(source: source)
        if let shebang = file.shebang { text.replace(shebang.trimmedRange.bytes, with: "") }
        for leaving in EarlyReturns(in: file).found { text.replace(leaving.trimmedRange.bytes, with: "__endCell()") }
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
                functions.append(Function(call: function.call, result: function.result, statement: index))
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
        listValues(of: items)
        if let main = MainType(in: file) { call(main, behind: items) }
        warnings = StatedWarnings(in: file).found.map { warning in
            let place = text.place(of: warning.offset)
            return CompilerMessage(severity: .warning, text: warning.text, line: place.line, column: place.column)
        }
        hasStaticState = file.tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.static) }
    }

    /// The cell with top-level statements that are the main actor's.
    package var onMainActor: CellSyntax {
        CellSyntax(String(decoding: text.original, as: UTF8.self), after: earlier, isOnMainActor: true)
    }

    /// The cell as it would be without its statements from an index on.
    package func cut(before statement: Int) -> CellSyntax? {
        guard statement <= statements.count else { return nil }
        let end = statement < statements.count ? statements[statement].lowerBound : text.original.count
        return declarations(of: text.original[..<end], without: [])
    }

    /// The cell as it would be without some of its statements; lines keep their numbers.
    ///
    /// - Parameter keepsFunctions: whether functions stay, to be called where no other fits: the cell's own declarations
    ///   may need them.
    package func removing(_ removed: some Sequence<Int>, keepingFunctions keepsFunctions: Bool = false) -> CellSyntax {
        declarations(of: text.original[...], without: removed, keepingFunctions: keepsFunctions)
    }

    /// The cell with blanks in the place of some statements, and of those that declare nothing anyway: they might need
    /// what has gone.
    private func declarations(
        of bytes: ArraySlice<UInt8>, without removed: some Sequence<Int>, keepingFunctions keepsFunctions: Bool = false
    ) -> CellSyntax {
        var bytes = Array(bytes)
        for statement in (passing + removed).sorted(by: >) where statements.indices.contains(statement) {
            if keepsFunctions, functions.contains(where: { $0.statement == statement }) {
                bytes.insert(contentsOf: "@_disfavoredOverload ".utf8, at: statements[statement].lowerBound)
                continue
            }
            for index in statements[statement] where index < bytes.count && bytes[index] != UInt8(ascii: "\n") {
                bytes[index] = UInt8(ascii: " ")
            }
        }
        return CellSyntax(String(decoding: bytes, as: UTF8.self), after: earlier, isOnMainActor: isOnMainActor)
    }

    /// Has each statement say that it begins.
    private mutating func markProgress(_ items: [CodeBlockItemSyntax]) {
        for (index, item) in items.enumerated().dropFirst() {
            for begin in item.begins { text.insertFirst("__reach(\(index)); ", at: begin) }
        }
    }

    /// Adds a function that lists the values of plain constants, for when the cell runs again in its own place.
    private mutating func listValues(of items: [CodeBlockItemSyntax]) {
        let constants = items.compactMap { $0.item.as(VariableDeclSyntax.self) }
            .filter {
                $0.bindingSpecifier.text == "let" && $0.attributes.isEmpty && $0.modifiers.isEmpty && !$0.hasError
            }
        let names = constants.flatMap(\.bindings).filter { $0.initializer != nil && $0.accessorBlock == nil }
            .flatMap(\.pattern.names)
        guard let last = constants.last, !names.isEmpty else { return }
        listsValues = true
        text.insert("; func __values() { \(names.map { "__value(\($0))" }.joined(separator: "; ")) }", at: last.end)
    }

    /// Calls what a script begins with, as its last statement.
    private mutating func call(_ main: MainType, behind items: [CodeBlockItemSyntax]) {
        guard let last = items.last else { return }
        text.replace(main.attribute.trimmedRange.bytes, with: "")
        let call = "__reach(\(items.count)); \(main.call)"
        // Nothing may follow an `#endif` in its line.
        if last.item.is(IfConfigDeclSyntax.self) {
            text.append(line: call)
        } else {
            text.insert("; " + call, at: last.item.end)
        }
    }

    private mutating func rewrite(_ item: CodeBlockItemSyntax, isLast: Bool) {
        switch item.item {
        case .decl(let declaration):
            if let condition = declaration.as(IfConfigDeclSyntax.self) {
                rewrite(condition, isLast: isLast)
            } else {
                rewrite(declaration)
            }
        case .expr(let expression):
            passing.append(statements.count - 1)
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
                passing.append(statements.count - 1)
                wait(for: statement)
            }
        @unknown default: break
        }
    }

    /// Rewrites what stands under `#if`. Which of its clauses counts only the compiler knows, so none gives names.
    private mutating func rewrite(_ condition: IfConfigDeclSyntax, isLast: Bool) {
        let (known, passed) = (names, passing)
        for case .statements(let items)? in condition.clauses.map(\.elements) {
            declares = true
            for item in items { rewrite(item, isLast: isLast && item == items.last) }
        }
        (names, passing) = (known, passed)
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
                guard let value = binding.initializer?.value else {
                    if variable.bindingSpecifier.text == "let" { leaveUnset(binding.pattern.names, by: variable) }
                    continue
                }
                wait(for: value)
                readEarlier(binding.pattern.names, in: value, isTyped: binding.typeAnnotation != nil)
            }
        } else if let named = declaration.asProtocol(NamedDeclSyntax.self) {
            names.append(named.name.text)
        } else {
            declares = true
        }
    }

    /// Notes constants without a value. Of which nothing speaks in this cell, a later one may give the value.
    private mutating func leaveUnset(_ names: [String], by variable: VariableDeclSyntax) {
        unset.formUnion(names)
        guard variable.bindings.count == 1, variable.bindings.first?.accessorBlock == nil else { return }
        if names.allSatisfy({ References(to: $0, in: variable.root).found.isEmpty }) {
            text.replace(variable.bindingSpecifier.trimmedRange.bytes, with: "var")
        }
    }

    /// Has an expression whose value gets a name mean what had that name before.
    ///
    /// - Parameter isTyped: whether the variable's type is written: closures may then speak of the variable itself.
    private mutating func readEarlier(_ names: [String], in value: ExprSyntax, isTyped: Bool) {
        for name in names {
            for reference in References(to: name, in: value, entersClosures: !isTyped).found {
                text.insert("\(earlier).", at: reference.start)
                replacesWhatItReads = true
            }
        }
    }

    // MARK: Waiting

    /// Surrounds an expression that awaits with a call that waits for it.
    private mutating func wait(for expression: some ExprSyntaxProtocol) {
        guard let effects = Effects(of: expression) else { return }
        if !effects.awaits {
            enterMainActor(from: expression.start, to: expression.end, throwing: effects.throwsOut)
            return
        }
        if let assignment = expression.assignment, Effects(of: assignment.target)?.awaits == false {
            wait(for: assignment.value)
            return
        }
        if waitForParts(of: expression) { return }
        text.insert(effects.throwsOut ? "try __waitThrowing { " : "__wait { ", at: expression.start)
        text.insert(" }", at: expression.end)
    }

    /// The same where a brace would be taken for the end of a condition.
    private mutating func wait(forPartOfCondition expression: ExprSyntax) {
        text.insert("(", at: expression.start)
        wait(for: expression)
        text.insert(")", at: expression.end)
    }

    /// The same for a whole loop or branch.
    private mutating func wait(for statement: StmtSyntax) {
        guard let effects = Effects(of: statement) else { return }
        if !effects.awaits {
            if let delayed = statement.as(DeferStmtSyntax.self) {
                enterMainActor(from: delayed.body.leftBrace.end, to: delayed.body.rightBrace.start, throwing: false)
            } else if !statement.isJump {
                enterMainActor(from: statement.start, to: statement.end, throwing: effects.throwsOut)
            }
            return
        }
        if waitForParts(of: statement) { return }
        text.insert(effects.throwsOut ? "try __waitThrowing { " : "__wait { ", at: statement.start)
        text.insert(" }", at: statement.end)
    }

    /// The same for each part of a branch that awaits, where the branch gives constants their values: no closure may.
    private mutating func waitForParts(of branch: some SyntaxProtocol) -> Bool {
        guard !unset.isEmpty else { return false }
        let parts = AwaitingParts(of: branch)
        guard !parts.assigned.isDisjoint(with: unset) else { return false }
        for part in parts.found {
            if let statement = part.as(StmtSyntax.self) {
                wait(for: statement)
            } else if let expression = part.as(ExprSyntax.self) {
                if part.parent?.is(CodeBlockItemSyntax.self) == true {
                    wait(for: expression)
                } else {
                    wait(forPartOfCondition: expression)
                }
            }
        }
        return true
    }

    /// Surrounds code with a call that runs it as the main actor's, where the cell is.
    private mutating func enterMainActor(from start: Int, to end: Int, throwing: Bool) {
        guard isOnMainActor else { return }
        text.insert(throwing ? "try __onMainActor { " : "__onMainActor { ", at: start)
        text.insert(" }", at: end)
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
                let type = binding.typeAnnotation.map { ": Task<\($0.type.trimmedDescription), any Error>" } ?? ""
                text.replace(binding.pattern.start..<value.start, with: "\(task)\(type) = __start { try await ")
                text.insert(" }", at: value.end)
                waits.append(
                    "let \(binding.pattern.trimmedDescription) = try __waitThrowing { try await \(task).value }")
            }
        }
        if let last = variables.last { text.insert("; " + waits.joined(separator: "; "), at: last.end) }
    }

    // MARK: Guard

    private mutating func rewrite(_ condition: GuardStmtSyntax) {
        var renamed: [String: String] = [:]
        for element in condition.conditions {
            switch element.condition {
            case .expression(let test): wait(forPartOfCondition: test)
            case .optionalBinding(let binding): binding.initializer.map { wait(forPartOfCondition: $0.value) }
            case .matchingPattern(let matching): wait(forPartOfCondition: matching.initializer.value)
            default: break
            }
            // Later conditions may speak of what earlier ones bound.
            for reference in References(in: element).found {
                if let name = renamed[reference.baseName.text] {
                    text.replace(reference.trimmedRange.bytes, with: name)
                }
            }
            let pattern: PatternSyntax
            if let binding = element.condition.as(OptionalBindingConditionSyntax.self) {
                pattern = binding.pattern
                if let value = binding.initializer?.value {
                    let names = pattern.names.filter { renamed[$0] == nil }
                    readEarlier(names, in: value, isTyped: binding.typeAnnotation != nil)
                }
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
        for item in condition.body.statements {
            switch item.item {
            case .expr(let expression): wait(for: expression)
            case .stmt(let statement) where !statement.isJump: wait(for: statement)
            default: break
            }
        }
        let exports = renamed.sorted { $0.key < $1.key }.map { "; let \($0.key) = \($0.value)" }
        text.insert(exports.joined(), at: condition.end)
        names += renamed.keys
        bindsVariables = true
    }
}
