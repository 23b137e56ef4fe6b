import Cells
import Synchronization
import WorkerFrames

extension WorkerSession {
    /// Adds a package, whose modules later cells can import.
    func addPackage(
        _ argument: String, for cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> CellOutcome {
        let line = ProgressLine(output)
        let present = compiler.packages.withLock { $0 }
        let package: AddedPackage
        do throws(PackageFailure) {
            let reference = try PackageReference(argument, in: worker.folder)
            package = try await interruptibly(for: cell) { [packages] process throws(PackageFailure) in
                try packages.add(reference, beside: present, process: process) { line.show("\(reference.name): \($0)") }
            }
        } catch {
            line.clear()
            if error.isCancelled { return CellReport.interrupted }
            return .failed(name: "PackageError", message: error.message, traceback: [error.message] + error.details)
        }
        line.clear()
        if !present.contains(package) {
            let libraries = package.library.isEmpty ? [] : [package.library]
            if let reason = await load(libraries, for: cell, output: output) {
                let message = "%package: \(package.title) cannot be loaded: \(reason)"
                return .failed(name: "PackageError", message: message, traceback: [message])
            }
            compiler.packages.withLock { $0.append(package) }
        }
        let modules = package.modules.dropLast().joined(separator: ", ")
        let all = (modules.isEmpty ? "" : modules + " or ") + (package.modules.last ?? "")
        output(.stream(name: "stdout", text: "\(package.title) is ready: import \(all)\n"))
        return .succeeded
    }

    /// Has the worker load libraries; why it cannot, where it cannot.
    private func load(
        _ libraries: [String], for cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> String? {
        let end = await end(of: .load(LibraryOrder(libraries: libraries, lane: cell.lane)), cell, output: output)
        switch end.ending {
        case .notLoaded(let reason): return reason
        case nil where end.isWithdrawn: return "it was interrupted."
        case nil: return "it ended the process that runs the cells."
        default: return nil
        }
    }
}

/// A line of text that says what is going on and is written over by the next one.
private final class ProgressLine: Sendable {
    private let output: @Sendable (CellOutput) -> Void
    private let width = Mutex(0)

    init(_ output: @escaping @Sendable (CellOutput) -> Void) { self.output = output }

    func show(_ text: String) {
        width.withLock { width in
            let padding = String(repeating: " ", count: max(0, width - text.count))
            width = text.count
            output(.stream(name: "stdout", text: "\r\(text)\(padding)"))
        }
    }

    func clear() {
        width.withLock { width in
            if width > 0 { output(.stream(name: "stdout", text: "\r\(String(repeating: " ", count: width))\r")) }
            width = 0
        }
    }
}
