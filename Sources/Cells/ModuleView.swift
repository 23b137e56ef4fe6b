/// What a cell sees: the module of the last cell that declared something, which re-exports all before it.
package struct ModuleView: Hashable, Sendable {
    /// The name of the last module.
    package var last: String
    /// Folders in which modules lie as they are to be seen where that differs from how they were compiled, such as one
    /// of a cell that stopped half-way; later ones go first.
    package var revisions: [String] = []

    /// What cells see before any of them has run.
    package static let empty = ModuleView(last: CellCompiler.root)

    package init(last: String, revisions: [String] = []) {
        self.last = last
        self.revisions = revisions
    }

    /// What is seen after a cell.
    package func after(_ cell: CompiledCell) -> ModuleView {
        cell.syntax.declares ? ModuleView(last: cell.module, revisions: revisions) : self
    }

    /// What tells two views apart.
    var identity: String { ([last] + revisions).joined(separator: " ") }
}
