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
        ("%%fast", "compile this cell with the optimizer; `%fast f(x)` runs one expression"),
        ("%time", "say how long this cell takes; `%time f(x)` times one expression"),
        ("%timeit f(x)", "run an expression many times, optimized, and say what one time takes"),
        ("%who", "the names that the cells so far have defined"),
        ("%reset", "forget all variables and begin again"),
        ("%env NAME=value", "set a variable of the environment; `%env NAME` shows it"),
        ("%cd folder", "go to a folder; `%cd` says where cells run"),
        ("%package place", "build a Swift package from a folder or a URL (`%package URL 1.2.0`), to import from it"),
        ("%format", "put this cell, formatted by swift-format, into the next one"),
        ("%load file", "put a file into the next cell"),
        ("%save file", "write the session's cells to a Swift file"),
        ("%help", "these lines"),
        ("name?  name??", "the documentation or the declaration of a name"),
    ]

    func follow(
        _ magic: Magic, rest: MagicText, of cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> MagicMeaning {
        let argument = magic.argument
        func say(_ text: String) { output(.stream(name: "stdout", text: text + "\n")) }
        switch magic.name {
        case "fast":
            guard !argument.isEmpty else { return .optimize }
            let outcome = await execute(magic.code, optimized: true, of: cell, output: output).outcome
            return outcome == .succeeded ? .done : .end(outcome)
        case "time":
            guard !argument.isEmpty else { return .time }
            let (outcome, seconds) = await execute(magic.code, of: cell, output: output)
            guard outcome == .succeeded else { return .end(outcome) }
            say(Self.readable(seconds: seconds))
            return .done
        case "timeit":
            guard let code = Self.timed(magic, rest: rest) else {
                return .end(failure("%timeit needs something to time: `%timeit f(x)`, or lines below it."))
            }
            let outcome = await execute(code, optimized: true, of: cell, output: output).outcome
            // Without an argument it has timed the rest of the cell.
            return argument.isEmpty || outcome != .succeeded ? .end(outcome) : .done
        case "who":
            let lines = record.names.filter { !$0.names.isEmpty }
                .map { "In[\($0.number)]  \($0.names.joined(separator: ", "))" }
            say(lines.isEmpty ? "No names yet." : lines.joined(separator: "\n"))
        case "reset":
            reset()
            say("All variables and packages are forgotten.")
        case "env": return environment(argument)
        case "cd":
            let outcome = await execute("__changeFolder(\(quoted(unquoted(argument))))", of: cell, output: output)
                .outcome
            worker.keepFolder()
            if outcome != .succeeded { return .end(outcome) }
        case "package":
            let outcome = await addPackage(argument, for: cell, output: output)
            if outcome != .succeeded { return .end(outcome) }
            note(cell)
        case "format":
            guard rest.hasCode else {
                return .end(
                    failure("%format puts the rest of its cell, formatted, into the next one: there is no rest."))
            }
            let (formatted, complaint) = compiler.format(rest.text)
            guard let formatted else {
                let message = "%format: " + (complaint ?? "").replacing("In[]", with: "In[\(cell.number)]")
                return .end(failure(message))
            }
            output(.nextInput(formatted))
            return .end(.succeeded)
        case "load":
            do throws(FileComplaint) {
                output(.nextInput(try NotebookFile(argument, in: worker.folder, magic: "%load").text()))
            } catch {
                return .end(failure(error.message))
            }
        case "save":
            do throws(FileComplaint) {
                let file = try NotebookFile(argument, in: worker.folder, magic: "%save")
                let texts = record.texts
                try file.save(texts)
                say("\(texts.count) \(texts.count == 1 ? "cell" : "cells") in \(file.path)")
            } catch {
                return .end(failure(error.message))
            }
        case "help":
            let width = (Self.magicHelp.map(\.usage.count).max() ?? 0) + 2
            let plain = Self.magicHelp.map { $0.usage.padded(to: width) + $0.meaning }.joined(separator: "\n")
            let rows = Self.magicHelp.map { "| `\($0.usage)` | \($0.meaning) |" }.joined(separator: "\n")
            output(
                .display(
                    MIMEBundle(["text/plain": plain, "text/markdown": "| | |\n|-|-|\n" + rows]), id: nil, updates: false
                ))
        default:
            let near = Self.nearest(to: magic.name).map { "Did you mean %\($0)? " } ?? ""
            return .end(failure("There is no magic %\(magic.name). \(near)%help lists them.", name: "UnknownMagic"))
        }
        return .done
    }

    /// The magic that an unknown name may stand for: a slip of the hand, or what other kernels call it.
    private static func nearest(to name: String) -> String? {
        let elsewhere = ["pip": "package", "conda": "package", "pwd": "cd", "run": "load", "set_env": "env"]
        let names = magicHelp.compactMap { $0.usage.firstMatch(of: #/^%+(\w+)/#).map { String($0.1) } }
        return elsewhere[name] ?? Spelling.nearest(to: name, among: names)
    }

    /// What `%timeit` runs: its argument, or the lines below it; nil where there is nothing.
    private static func timed(_ magic: Magic, rest: MagicText) -> String? {
        if magic.argument.isEmpty {
            // The magic's own line is empty, so the lines below keep their numbers.
            guard rest.hasCode, let end = rest.text.firstIndex(of: "\n") else { return nil }
            return "try __t {" + rest.text[end...] + "\n}"
        }
        let column = magic.code.lastIndex(of: "\n").map { magic.code.index(after: $0) } ?? magic.code.startIndex
        return magic.code[..<column] + "try __t{" + magic.code[column...].dropFirst(8) + " }"
    }

    private func environment(_ argument: String) -> MagicMeaning {
        if argument.isEmpty { return .run("__showVariables()") }
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
            unquoted(String($0).trimmed)
        }
        guard let name = parts.first, !name.isEmpty, !name.contains(where: \.isWhitespace) else {
            return .end(failure("%env takes a name, or a name and a value: `%env NAME=value`."))
        }
        guard parts.count == 2 else { return .run("__showVariable(\(quoted(name)))") }
        worker.setEnvironment(name, to: parts[1])
        return .run("_ = setenv(\(quoted(name)), \(quoted(parts[1])), 1)")
    }

    private func failure(_ message: String, name: String = "MagicError") -> CellOutcome {
        .failed(name: name, message: message, traceback: message.split(separator: "\n").map(String.init))
    }

    private func quoted(_ text: String) -> String { text.debugDescription }

    private func unquoted(_ text: String) -> String {
        guard text.count > 1, let first = text.first, "\"'".contains(first), text.last == first else { return text }
        return String(text.dropFirst().dropLast())
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
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
