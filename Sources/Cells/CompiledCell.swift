/// A cell that was compiled: a module that later cells import and a library that the worker loads.
package struct CompiledCell: Sendable {
    /// The module's name.
    package let module: String
    /// What the person wrote, and what the compiler saw.
    package let syntax: CellSyntax
    /// Whether it went through the optimizer.
    package let isOptimized: Bool
    /// The folder of the library and the module.
    package let folder: String

    /// The library that the worker loads.
    package var library: String { "\(folder)/\(module).so" }
    /// The symbol of the function that runs the statements.
    package var entry: String { Self.entry(of: module) }

    static func entry(of module: String) -> String { "\(module)_main" }

    /// The symbol of the function that lists what the cell's constants hold, where it has one. The optimizer may keep
    /// values in other places.
    package var values: String? {
        syntax.listsValues && !isOptimized ? "$s\(module.utf8.count)\(module)8__valuesyyF" : nil
    }

    /// The line on which a top-level statement begins.
    package func line(ofStatement index: Int) -> LineTable.Line? {
        guard syntax.statements.indices.contains(index) else { return nil }
        let before = syntax.text.original[..<syntax.statements[index].lowerBound]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        return LineTable.Line(module: module, line: line, column: 1, function: nil, reason: nil)
    }
}

/// What can go wrong between a text and its module.
package enum CompilationFailure: Error, Sendable {
    /// The person's program is wrong.
    case rejected([CompilerMessage], syntax: CellSyntax)
    /// The compiler or the linker itself failed.
    case broken(String)
    case cancelled
}

extension CompilationFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .rejected(let messages, _): messages.map(\.text).joined(separator: "\n")
        case .broken(let output): output
        case .cancelled: "The compilation was interrupted."
        }
    }
}
