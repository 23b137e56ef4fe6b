/// What a cell sees: the module of the last cell that declared something, which re-exports all before it.
package struct ModuleView: Hashable, Sendable {
    /// The names of the modules that the cell imports: one, or more where cells of several lanes declared side by side.
    package var imports: [String]
    /// The module that showed everything before the last cell.
    private var before: String?
    /// Folders in which modules lie as they are to be seen where that differs from how they were compiled, such as one
    /// of a cell that stopped half-way; later ones go first.
    package var revisions: [String] = []

    /// What cells see before any of them has run.
    package static let empty = ModuleView(imports: [CellCompiler.root])

    package init(imports: [String], before: String? = nil, revisions: [String] = []) {
        self.imports = imports
        self.before = before
        self.revisions = revisions
    }

    /// What is seen after a cell.
    package func after(_ cell: CompiledCell) -> ModuleView {
        cell.syntax.declares ? ModuleView(imports: [cell.module], before: nearest, revisions: revisions) : self
    }

    /// What is seen where both views are.
    package func joined(with other: ModuleView) -> ModuleView {
        ModuleView(
            imports: imports + other.imports.filter { !imports.contains($0) },
            revisions: revisions + other.revisions.filter { !revisions.contains($0) })
    }

    /// The module of the cell that declared last: it shows what those before it declared as well.
    var nearest: String { imports.last ?? CellCompiler.root }

    /// Whether a module, and all that it shows, is known to be seen: those of the last two cells are.
    func shows(_ module: String) -> Bool {
        imports.contains(module) || module == before || module == CellCompiler.root
    }

    /// The line that imports it.
    package var prelude: String { imports.map { "@_exported import \($0)" }.joined(separator: "; ") + "\n" }

    /// What tells two views apart.
    var identity: String { (imports + ["|"] + revisions).joined(separator: " ") }
}
