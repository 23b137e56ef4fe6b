import Glibc
import Synchronization

/// The files of one compilation, in a folder of their own. No other writes to them, in this process or another, so that
/// a file which gets its name is whole: a cell may be compiled twice at once, ahead of its turn and in it.
struct Scratch: Sendable {
    private static let count = Atomic<Int>(0)
    private let module: String
    let folder: String

    /// Makes the folder.
    init(for module: String, in store: String) {
        self.module = module
        folder = "\(store)/\(module).\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
        mkdir(folder, 0o700)
    }

    /// What a frontend makes.
    var products: [String] { ["swiftmodule", "swiftdoc", "o"].map { self[$0] } }

    /// A file. The optimizer names some code by the file of the text, so it has the module's name.
    subscript(kind: String) -> String { "\(folder)/\(module).\(kind)" }

    /// What a frontend that waits has read of earlier cells.
    var past: String { "\(folder)/\(CellPast.name).swiftmodule" }

    /// Removes the folder with what has got no name outside of it.
    func clear() {
        for kind in ["swift", "swiftmodule", "swiftdoc", "o", "so"] { unlink(self[kind]) }
        unlink(past)
        rmdir(folder)
    }
}
