import Cells
import Notebook

/// What has run in a session: which cell a module was made of, and what the next cell sees.
struct SessionRecord: Sendable {
    private struct Entry: Sendable {
        var number: Int
        /// The whole text, with its magics.
        var source: String
        var syntax: CellSyntax
    }

    /// A cell that declared something.
    private struct Step: Sendable {
        let compiled: CompiledCell
        let before: ModuleView
        let after: ModuleView
        /// The names that it came to define.
        let names: [String]
    }

    /// A statement of an earlier cell, and what that cell saw.
    struct Statement: Sendable {
        let cell: CompiledCell
        let before: ModuleView
        let index: Int
    }

    private var entries: [String: Entry] = [:]
    /// The statements that later cells do not see, by module.
    private var hidden: [String: Set<Int>] = [:]
    private var steps: [Step] = []
    /// How often everything was forgotten.
    private(set) var generation = 0
    /// The texts of the cells that ran, in their order.
    private(set) var texts: [(number: Int, text: String)] = []

    /// Notes a cell that ran, once.
    mutating func note(_ cell: Cell) {
        // What a front end asks beside a cell has no request of its own.
        guard !cell.isSilent, !cell.request.isEmpty, !texts.suffix(8).contains(where: { $0.number == cell.number })
        else { return }
        texts.append((cell.number, cell.text))
    }

    /// What the next cell sees.
    var view: ModuleView { steps.last?.after ?? .empty }

    /// What a text is to see when it runs next.
    ///
    /// The cell that declared last runs again in its own place: its variables begin anew, its types stay the same, and
    /// nothing is compiled. Variables of types do not begin anew, so a cell that has them becomes a new module; so does
    /// one that goes on from its own values, as `let n = n + 1` does.
    func view(for text: String, optimized: Bool) -> ModuleView {
        guard let last = steps.last, last.compiled.syntax.text.original.elementsEqual(text.utf8),
            last.after == last.before.after(last.compiled), !last.compiled.syntax.hasStaticState,
            !last.compiled.syntax.replacesWhatItReads, last.compiled.isOptimized == optimized
        else { return view }
        return last.before
    }

    /// Notes which cell a module was made of.
    mutating func note(_ compiled: CompiledCell, of cell: Cell) {
        note(cell)
        entries[compiled.module] = Entry(number: cell.number, source: cell.text, syntax: compiled.syntax)
    }

    /// Changes what is known because of a cell, unless all that it saw was forgotten meanwhile.
    mutating func change(since known: SessionRecord, _ body: (inout SessionRecord) -> Void) {
        if generation == known.generation { body(&self) }
    }

    /// Makes a cell the last one that declared something.
    mutating func add(_ compiled: CompiledCell, after before: ModuleView, view: ModuleView, names: [String]? = nil) {
        if let last = steps.last, last.before == before, last.compiled.module == compiled.module { steps.removeLast() }
        // Another lane's cell may have come to its end since this one was compiled.
        let after = self.view == before ? view : self.view.joined(with: view)
        steps.append(Step(compiled: compiled, before: before, after: after, names: names ?? compiled.syntax.names))
    }

    /// The latest statement that a type conforms to a protocol.
    func statement(that type: String, conformsTo requirement: String) -> Statement? {
        for step in steps.reversed() {
            let found = step.compiled.syntax.conformances.last { $0.type == type && $0.protocols.contains(requirement) }
            if let found { return Statement(cell: step.compiled, before: step.before, index: found.statement) }
        }
        return nil
    }

    /// Whether any cell declared what another may replace.
    var isReplaceable: Bool {
        steps.contains { !$0.compiled.syntax.functions.isEmpty || !$0.compiled.syntax.conformances.isEmpty }
    }

    /// The functions that a cell declares anew with other types, and the conformances that it states anew to another
    /// protocol of the same name: beside its own, calls would be ambiguous. What was declared anew since is another one,
    /// and so is what an opaque result stands for.
    func statements(replacedBy syntax: CellSyntax) -> [Statement] {
        var newer = Set(syntax.names + ["some"])
        var found: [Statement] = []
        for step in steps.reversed() {
            for old in step.compiled.syntax.functions
            where syntax.functions.contains(where: {
                $0.call == old.call && ($0.result != old.result || !newer.isDisjoint(with: old.types))
            }) {
                found.append(Statement(cell: step.compiled, before: step.before, index: old.statement))
            }
            for old in step.compiled.syntax.conformances
            where syntax.conformances.contains(where: {
                $0.type == old.type && $0.protocols.contains { newer.contains($0) && old.protocols.contains($0) }
            }) {
                found.append(Statement(cell: step.compiled, before: step.before, index: old.statement))
            }
            newer.formUnion(step.names)
        }
        return found
    }

    /// Adds a statement to those that later cells do not see.
    ///
    /// - Returns: all such statements of its cell, or nil where nothing changes.
    mutating func hide(_ statement: Statement) -> [Int]? {
        let module = statement.cell.module
        // A cell that stopped half-way is seen as far as it came, and that stays so.
        guard !view.revisions.contains(where: { $0.contains("\(module)-until") }),
            hidden[module, default: []].insert(statement.index).inserted
        else { return nil }
        return hidden[module]?.sorted()
    }

    /// Has later cells see a module as a folder shows it.
    mutating func revise(in folder: String) {
        guard let last = steps.popLast() else { return }
        var after = last.after
        after.revisions.append(folder)
        steps.append(Step(compiled: last.compiled, before: last.before, after: after, names: last.names))
    }

    /// Forgets what cells declared; the worker that had it is gone.
    mutating func forget() {
        generation += 1
        steps = []
        hidden = [:]
    }

    /// Forgets which cells ran, too.
    mutating func clear() {
        forget()
        texts = []
    }

    /// The names that later cells see, with the numbers of their cells; the latest cell last.
    var names: [(number: Int, names: [String])] {
        steps.map { step in
            var seen: Set<String> = []
            return (entries[step.compiled.module]?.number ?? 0, step.names.filter { seen.insert($0).inserted })
        }
    }

    /// A cell's name as front ends write it.
    func name(of module: String) -> String? { entries[module].map { "In[\($0.number)]" } }

    /// The cells that were compiled, in their order.
    var cells: [Surroundings.EarlierCell] {
        entries.map { module, entry in
            let text = String(decoding: entry.syntax.text.original, as: UTF8.self)
            return Surroundings.EarlierCell(module: module, number: entry.number, text: text)
        }.sorted { $0.number < $1.number }
    }

    func source(of module: String) -> String? { entries[module]?.source }

    func syntax(of module: String) -> CellSyntax? { entries[module]?.syntax }

    /// A text in which cells have their numbers in the place of the modules' names, and types have no module before them.
    func readable(_ text: String) -> String {
        guard text.utf8.count >= 21, text.contains("Cell_") else { return text }
        var result = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "Cell_") {
            let end = rest.index(mark.lowerBound, offsetBy: 21, limitedBy: rest.endIndex) ?? rest.endIndex
            guard let name = name(of: String(rest[mark.lowerBound..<end])) else {
                result += rest[..<mark.upperBound]
                rest = rest[mark.upperBound...]
                continue
            }
            result += rest[..<mark.lowerBound]
            rest = rest[end...]
            if rest.first == "." { rest.removeFirst() } else { result += name }
        }
        return result + rest
    }

    /// The same for what a cell says in text.
    func readable(_ output: CellOutput) -> CellOutput {
        switch output {
        case .stream(let name, let text): .stream(name: name, text: readable(text))
        case .display(let bundle, let id, let updates): .display(readable(bundle), id: id, updates: updates)
        case .result(let bundle): .result(readable(bundle))
        default: output
        }
    }

    private func readable(_ bundle: MIMEBundle) -> MIMEBundle {
        var bundle = bundle
        if let text = bundle.data["text/plain"] { bundle.data["text/plain"] = readable(text) }
        return bundle
    }
}

extension CellSyntax.Function {
    /// The names in the types of its parameters and of its result.
    fileprivate var types: [String] { String(call.drop { $0 != "(" && $0 != "<" }).words + result.words }
}

extension String {
    /// The names in a type.
    fileprivate var words: [String] { split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init) }
}
