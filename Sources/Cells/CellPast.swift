import FoundationEssentials
import Glibc

/// A module that reads a cell, and with it those before, and shows nothing of them: a frontend that waits reads it, so
/// that what cells have come to declare takes no time when the next one is compiled.
///
/// It is compiled once, for a cell that nobody wrote; a copy reads another one, whose name has the same length.
enum CellPast {
    static let name = "CellPast"
    /// What stands in its place before the first cell.
    static let none = "CellBase"
    /// The cell that nobody wrote.
    static let nobody = "Cell_nobodyandnothing"
    static let source = "import \(CellCompiler.root)\nimport \(nobody)"

    /// Makes a copy that reads a cell; false where that is not possible.
    static func copy(reading cell: String, from folder: String, to copy: String) -> Bool {
        rewrite("\(folder)/\(name).swiftmodule", to: copy, replacing: [nobody], with: cell)
    }

    /// Has the module of a cell say that it was compiled by a frontend that waited for nothing: who reads the module would
    /// look for all that the frontend read.
    static func forget(in module: String) -> Bool {
        rewrite(module, to: module, replacing: [name, ReadyFrontend.Gate.name], with: none)
    }

    /// Writes a name over others of the same length.
    private static func rewrite(_ file: String, to copy: String, replacing names: [String], with new: String) -> Bool {
        guard names.allSatisfy({ $0.utf8.count == new.utf8.count }),
            var bytes = FileManager.default.contents(atPath: file)
        else { return false }
        for name in names {
            while let place = bytes.range(of: Data(name.utf8)) { bytes.replaceSubrange(place, with: new.utf8) }
        }
        return (try? bytes.write(to: URL(filePath: copy))) != nil
    }
}
