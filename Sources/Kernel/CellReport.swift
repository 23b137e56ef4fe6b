import Cells
import Glibc
import WorkerFrames

/// What a person reads about how a cell ended.
struct CellReport {
    let record: SessionRecord
    let lineTable: LineTable
    /// The statement to which the cell had come, for code of which the compiler noted no line.
    var reached: LineTable.Line?

    /// What is said about a cell that did not come to run.
    func failure(_ failure: CompilationFailure, cell: Cell) -> CellOutcome {
        switch failure {
        case .cancelled: return Self.interrupted
        case .broken(let output):
            let message = Self.sentence(aboutBroken: output)
            return .failed(name: "CompilerFailure", message: message, traceback: [message])
        case .rejected(let messages, _):
            if let (line, magic) = MagicText(cell.text).misplaced, messages.contains(where: { $0.line == line }) {
                let message = "%\(magic) stands in line \(line), but magics stand before the code of their cell."
                return .failed(name: "MagicError", message: message, traceback: [message])
            }
            return rejection(Self.telling(messages, of: cell), of: cell)
        }
    }

    /// What follows from a text that is not Swift is guesswork: its first error says what to mend.
    private static func telling(_ messages: [CompilerMessage], of cell: Cell) -> [CompilerMessage] {
        guard TextCompleteness(MagicText(cell.text).text) != .complete else { return messages }
        let errors = messages.indices.filter { messages[$0].severity == .error }
        return errors.count > 1 ? Array(messages[..<errors[1]]) : messages
    }

    /// The compiler's messages, the first one with what the person may have meant.
    private func rejection(_ messages: [CompilerMessage], of cell: Cell) -> CellOutcome {
        let lines = cell.text.split(separator: "\n", omittingEmptySubsequences: false)
        let name = "In[\(cell.number)]"
        let first = messages.firstIndex { $0.severity == .error }
        let advice = first.flatMap {
            Advice.sentence(about: messages[$0], lines: lines, names: record.names.flatMap(\.names))
        }
        var traceback: [String] = []
        for (index, message) in messages.enumerated() {
            traceback += message.rendered(cell: name, lines: lines).map(record.readable)
            if index == first, let advice { traceback.append(advice) }
        }
        let text = record.readable(first.map { messages[$0].text } ?? "")
        let message = advice.map { text + (text.hasSuffix(".") ? " " : ". ") + $0 } ?? text
        return .failed(name: "CompileError", message: message, traceback: traceback)
    }

    /// The warnings that a cell asks for itself.
    func warnings(of compiled: CompiledCell, cell: Cell) -> String {
        let lines = cell.text.split(separator: "\n", omittingEmptySubsequences: false)
        return compiled.syntax.warnings.flatMap { $0.rendered(cell: "In[\(cell.number)]", lines: lines) }
            .map { $0 + "\n" }.joined()
    }

    /// What is said where the compiler or the linker itself failed: never all that it printed.
    private static func sentence(aboutBroken output: String) -> String {
        if output.contains("Stack dump:") || output.contains("Please submit a bug report") {
            let part = output.firstMatch(of: #/at \[[^\]]*?:(\d+):\d+ - line:\d+/#).map { " at line \($0.1)" } ?? ""
            return
                "The Swift compiler crashed\(part). That is a fault of the compiler, not of the session, which goes on:"
                + " write the cell another way."
        }
        if output.contains(String(cString: strerror(ENOSPC))) {
            return "The disk where compiled cells are kept is full: free some space, or name another place by"
                + " XDG_CACHE_HOME and restart the kernel."
        }
        let line = output.split(separator: "\n").first { $0.contains("error:") } ?? output.split(separator: "\n").first
        return "The cell cannot be compiled: \(line.map(String.init) ?? "the compiler ended without a word.")"
    }

    /// The name of the error of a cell that was interrupted.
    static let interruption = "Interrupted"

    static let interrupted = CellOutcome.failed(
        name: interruption, message: "The cell was interrupted.", traceback: ["Interrupted"])

    /// What is said about a cell that ran; nil is the end of the worker.
    ///
    /// - Parameters:
    ///   - reason: what the runtime printed before it ended the program.
    ///   - lost: names that the cell did not come to define.
    func outcome(of ending: CellEnding?, reason: String?, lost: [String], cell: Cell) -> CellOutcome {
        guard case .failed(let name, let message, let traceback) = outcome(of: ending, reason: reason) else {
            return .succeeded
        }
        let kept = lost.isEmpty ? [] : ["Not defined, because the cell stopped: " + lost.joined(separator: ", ")]
        return .failed(
            name: record.readable(name), message: record.readable(message),
            traceback: traceback.map(record.readable) + kept)
    }

    private func outcome(of ending: CellEnding?, reason: String?) -> CellOutcome {
        switch ending {
        case .finished, .returned, .refused: return .succeeded
        case .interrupted(let places):
            return failed(name: Self.interruption, message: "The cell was interrupted.", lines: lines(places))
        case .notLoaded(let reason): return .failed(name: "LoadError", message: reason, traceback: [reason])
        case .threw(let type, let message, let places):
            return failed(name: type, message: message, lines: lines(places))
        case .stopped(let message, let places): return failed(name: "Stopped", message: message, lines: lines(places))
        case .trapped(let signal, let cause, let words, let places):
            let lines = lines(places)
            let reason = words.flatMap { FatalWords($0).reason } ?? reason
            return failed(name: "Trap", message: reason ?? Self.reason(of: signal, cause, lines), lines: lines)
        case .exited(let status):
            return .failed(
                name: "Exit", message: "The cell called exit(\(status)).",
                traceback: ["The cell called exit(\(status)). The session goes on."])
        case nil:
            let message = Self.lostWorker(reason: reason)
            return .failed(name: "WorkerEnded", message: message, traceback: [message])
        }
    }

    /// What is said where the worker has ended.
    static func lostWorker(reason: String?) -> String {
        "The process that ran the cells has ended\(reason.map { " (\($0))" } ?? ""), and a new one has been started."
            + " The variables of earlier cells are lost."
    }

    /// What is said about a thread that trapped while no cell waited for it.
    func strayText(of ending: CellEnding, reason: String?) -> String {
        guard case .failed(_, _, let traceback) = outcome(of: ending, reason: reason) else { return "" }
        return "On a thread of its own: " + traceback.joined(separator: "\n") + "\n"
    }

    private func lines(_ places: [CodePlace]) -> [LineTable.Line] {
        lineTable.lines(of: places.map { ($0.library, $0.offset) }, else: reached)
    }

    /// Place and message in one line, the source line with a caret, then the callers.
    private func failed(name: String, message: String, lines: [LineTable.Line]) -> CellOutcome {
        guard let first = lines.first, let place = place(of: first) else {
            return .failed(name: name, message: message, traceback: ["\(name): \(message)"])
        }
        var traceback = ["\(place.text)  \(message)"] + place.excerpt
        var seen: Set = [first]
        var last = first
        for line in lines.dropFirst() where seen.insert(line).inserted {
            // A statement that is wrapped counts once.
            guard line.function != nil || last.function != nil || line.module != last.module,
                let caller = self.place(of: line)
            else { continue }
            last = line
            traceback.append("  called from \(caller.text)\(line.function.map { " in \($0)" } ?? "")")
        }
        return .failed(name: name, message: message, traceback: traceback)
    }

    private func place(of line: LineTable.Line) -> (text: String, excerpt: [String])? {
        guard let name = record.name(of: line.module), let text = record.syntax(of: line.module)?.text,
            let source = record.source(of: line.module)?.split(separator: "\n", omittingEmptySubsequences: false),
            source.indices.contains(line.line - 1)
        else { return nil }
        let column = text.originalColumn(line: line.line, column: line.column)
        return (
            "\(name):\(line.line):\(column)",
            SourceExcerpt.lines(of: source, line: line.line, column: line.column > 0 ? column : nil)
        )
    }

    private static let names = [
        SIGHUP: "SIGHUP", SIGQUIT: "SIGQUIT", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2", SIGALRM: "SIGALRM",
        SIGTERM: "SIGTERM", SIGTSTP: "SIGTSTP", SIGTTIN: "SIGTTIN", SIGTTOU: "SIGTTOU", SIGXCPU: "SIGXCPU",
        SIGXFSZ: "SIGXFSZ", SIGVTALRM: "SIGVTALRM", SIGPROF: "SIGPROF", SIGIO: "SIGIO", SIGPWR: "SIGPWR",
        SIGSYS: "SIGSYS", SIGSTKFLT: "SIGSTKFLT",
    ]

    private static func name(of signal: Int32) -> String {
        names[signal] ?? "\(signal)"
    }

    private static func reason(of signal: Int32, _ cause: TrapCause?, _ lines: [LineTable.Line]) -> String {
        switch cause {
        case .fullStack: return "The stack is full: a recursion without end"
        case .nothingThere: return "Bad memory access (a variable without a value yet, or a null pointer)"
        case .misusedQueue:
            return "Dispatch refuses this: the queue is not the one that is expected, or is waited for on itself"
        case nil: break
        }
        if let reason = lines.first?.reason { return reason.prefix(1).uppercased() + reason.dropFirst() }
        return switch signal {
        case SIGSEGV, SIGBUS: "Bad memory access (a dangling pointer)"
        case SIGFPE: "Arithmetic error"
        case SIGABRT: "Aborted"
        case let signal where signal != SIGILL && signal != SIGTRAP:
            "The cell sent itself the signal \(Self.name(of: signal))"
        default: "Fatal error"
        }
    }
}
