import Cells
import FoundationEssentials
import Notebook

/// What a magic line means for its cell.
enum MagicMeaning: Sendable {
    /// It has been done; the rest of the cell runs.
    case done
    /// The rest of the cell runs through the optimizer, or is timed.
    case optimize, time
    /// This Swift runs first.
    case run(String)
    /// The cell ends here.
    case end(CellOutcome)
}

extension WorkerSession {
    static let magicHelp: [(usage: String, meaning: String)] = [
        ("%%fast", "compile this cell with the optimizer"),
        ("%time", "say how long this cell takes; `%time f(x)` times one expression"),
        ("%timeit f(x)", "run an expression many times, optimized, and say what one time takes"),
        ("%who", "the names that the cells so far have defined"),
        ("%reset", "forget all variables and begin again"),
        ("%env NAME=value", "set a variable of the environment; `%env NAME` shows it"),
        ("%cd folder", "go to a folder; `%cd` shows where we are"),
        ("%format", "put this cell, formatted by swift-format, into the next one"),
        ("%load file", "put a file into the next cell"),
        ("%save file", "write the session's cells to a Swift file"),
        ("name?  name??", "the documentation or the declaration of a name"),
    ]

    func follow(
        _ magic: Magic, rest: MagicText, of cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> MagicMeaning {
        let argument = magic.argument
        switch magic.name {
        case "fast": return .optimize
        case "time":
            guard !argument.isEmpty else { return .time }
            let (outcome, seconds) = await execute(argument, of: cell, output: output)
            if outcome == .succeeded {
                output(.stream(name: "stdout", text: Self.readable(seconds: seconds) + "\n"))
            }
            return outcome == .succeeded ? .done : .end(outcome)
        case "timeit":
            let code = argument.isEmpty ? rest.text : argument
            let outcome = await execute("__timeit { \(code) }", optimized: true, of: cell, output: output).outcome
            return .end(outcome)
        case "who":
            let lines = record.names.filter { !$0.names.isEmpty }
                .map { "In[\($0.number)]  \($0.names.joined(separator: ", "))" }
            output(
                .stream(name: "stdout", text: lines.isEmpty ? "No names yet.\n" : lines.joined(separator: "\n") + "\n"))
            return .done
        case "reset":
            reset()
            return .done
        case "env":
            guard !argument.isEmpty else {
                return .run(
                    "for (name, value) in ProcessInfo.processInfo.environment.sorted(by: { $0.key < $1.key }) { print(\"\\(name)=\\(value)\") }"
                )
            }
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                return .run("print(ProcessInfo.processInfo.environment[\(quoted(argument))] ?? \"\")")
            }
            setEnvironment(parts[0], to: parts[1])
            return .run("_ = setenv(\(quoted(parts[0])), \(quoted(parts[1])), 1)")
        case "cd":
            return .run("__changeFolder(\(quoted(argument)))")
        case "format":
            let (formatted, complaint) = compiler.format(rest.text)
            if let formatted { output(.nextInput(formatted)) }
            return .end(complaint.map { failure("FormatError", $0) } ?? .succeeded)
        case "load":
            guard let text = try? String(contentsOfFile: expanded(argument), encoding: .utf8) else {
                return .end(failure("FileError", "%load: there is no text file '\(argument)'"))
            }
            output(.nextInput(text))
            return .done
        case "save":
            let text = record.texts.map { "// In[\($0.number)]\n\($0.text)\n" }.joined(separator: "\n")
            do {
                try text.write(toFile: expanded(argument), atomically: true, encoding: .utf8)
            } catch {
                return .end(failure("FileError", "%save: '\(argument)' cannot be written"))
            }
            return .done
        case "help":
            let plain = Self.magicHelp.map { $0.usage.padded(to: 18) + $0.meaning }.joined(separator: "\n")
            let rows = Self.magicHelp.map { "| `\($0.usage)` | \($0.meaning) |" }.joined(separator: "\n")
            output(
                .display(
                    MIMEBundle(["text/plain": plain, "text/markdown": "| | |\n|-|-|\n" + rows]), id: nil, updates: false
                ))
            return .done
        default:
            return .end(failure("UnknownMagic", "There is no magic %\(magic.name); %help lists them."))
        }
    }

    private func failure(_ name: String, _ message: String) -> CellOutcome {
        .failed(name: name, message: message, traceback: [message])
    }

    private func quoted(_ text: String) -> String { text.debugDescription }

    private func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst() : path
    }

    /// A time as a person says it: `12.3 ms`.
    static func readable(seconds: Double) -> String {
        let (value, unit) =
            seconds >= 1 ? (seconds, "s") : seconds >= 1e-3 ? (seconds * 1e3, "ms") : (seconds * 1e6, "µs")
        let rounded = (value * 10).rounded() / 10
        return "\(rounded) \(unit)"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
