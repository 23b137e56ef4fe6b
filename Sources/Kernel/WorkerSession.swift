import Cells
import Dispatch
import FoundationEssentials
import Glibc
import Notebook
import Synchronization
import WorkerFrames

/// A session of compiled cells: it knows which modules a cell sees, compiles it, and has the worker run it.
public final class WorkerSession: CellSession {
    /// A cell that runs, and who waits for it.
    private struct Run {
        let cell: Cell
        let output: @Sendable (CellOutput) -> Void
        let ended: CheckedContinuation<CellEnding?, Never>
    }

    private struct State {
        var worker: WorkerProcess?
        var environment: [String: String]
        /// Counts workers, so that the last words of one that was replaced are not taken for its successor's.
        var generation = 0
        /// The module that the next cell sees, and the numbers of the cells that modules were made of.
        var last = CellCompiler.root
        var record = SessionRecord()
        var runs: [String?: Run] = [:]
        var compilations: [ObjectIdentifier: Subprocess] = [:]
        /// Who hears what threads say when no cell runs.
        var lastOutput: (@Sendable (CellOutput) -> Void)?
        var isShutDown = false
    }

    private let compiler: CellCompiler
    private let lineTable: LineTable
    private let state: Mutex<State>
    private let compiling = DispatchQueue(label: "martlet.compiling", attributes: .concurrent)
    private let root: Task<CompilationFailure?, Never>

    /// Opens a session: starts its worker and, where that has not been done before, compiles what all cells see.
    ///
    /// - Throws: a sentence that says what is missing.
    package init(
        installation: Installation, toolchain: Toolchain, cache: String, environment: [String: String]
    ) throws(CompilationFailure) {
        let compiler = try CellCompiler(installation: installation, toolchain: toolchain, cache: cache)
        self.compiler = compiler
        lineTable = LineTable(toolchain: toolchain)
        var environment = environment
        environment["SWIFT_BACKTRACE"] = "enable=no"
        state = Mutex(State(environment: environment))
        root = Task.detached {
            do throws(CompilationFailure) {
                try compiler.compileRoot()
                return nil
            } catch {
                return error
            }
        }
        try? state.withLock { state throws(WorkerFailure) in try startWorker(&state) }
    }

    /// The session of the running program's installation, or what to do where it lacks something.
    public static func open(environment: [String: String]) -> any CellSession {
        guard let installation = Installation.current else {
            return UnavailableSession(reason: "There is no martlet-worker beside the kernel: run `martlet install` again.")
        }
        guard let toolchain = Toolchain.current(environment: environment) else {
            return UnavailableSession(
                reason: "The Swift toolchain that built Martlet is gone: build and install Martlet again.")
        }
        let home = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.cache"
        do throws(CompilationFailure) {
            return try WorkerSession(
                installation: installation, toolchain: toolchain, cache: home + "/martlet", environment: environment)
        } catch {
            return UnavailableSession(reason: "\(error)")
        }
    }

    /// What the next cell sees.
    package var surroundings: Surroundings {
        let (last, record) = state.withLock { ($0.last, $0.record) }
        return compiler.surroundings(after: last, cells: record.cells)
    }

    // MARK: Running

    public func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome {
        if let failure = await root.value { return CellReport.failure(failure, cell: cell) }
        let compiled: CompiledCell
        do throws(CompilationFailure) {
            compiled = try await compile(cell)
        } catch {
            return CellReport.failure(error, cell: cell)
        }
        state.withLock { $0.record.note(compiled, of: cell) }
        let ending = await end(
            of: .run(
                CellOrder(
                    library: compiled.library, entry: compiled.entry, lane: cell.lane, request: cell.request)),
            cell, output: output)
        let record = state.withLock { state in
            if compiled.syntax.declares, let ending, ending.reachedItsEnd { state.last = compiled.module }
            return state.record
        }
        return CellReport(record: record, lineTable: lineTable).outcome(of: ending, cell: cell)
    }

    public func receive(
        _ message: CommMessage, for request: String, lane: String?, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> Bool {
        // Whoever opened a comm is gone with its worker, and a new one has accepted nothing yet.
        guard state.withLock({ $0.worker != nil }) else { return false }
        let cell = Cell(text: "", number: 0, request: request, lane: lane, allowsInput: false)
        let order = MessageOrder(message: message, lane: lane, request: request)
        let ending = await end(of: .receive(order), cell, output: output)
        let report = CellReport(record: state.withLock { $0.record }, lineTable: lineTable)
        if case .failed(_, _, let traceback) = report.outcome(of: ending, cell: cell) {
            output(.stream(name: "stderr", text: traceback.joined(separator: "\n") + "\n"))
        }
        if case .refused = ending { return false }
        return true
    }

    /// Gives an order to the worker, a new one where there is none, and waits for its end; nil is the worker's own.
    private func end(
        of order: WorkerOrder, _ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> CellEnding? {
        await withCheckedContinuation { ended in
            let failure: WorkerFailure? = state.withLock { state in
                do throws(WorkerFailure) {
                    if state.worker == nil { try startWorker(&state) }
                } catch {
                    return error
                }
                state.runs[cell.lane] = Run(cell: cell, output: output, ended: ended)
                state.lastOutput = output
                state.worker?.send(order)
                return nil
            }
            if let failure { ended.resume(returning: .notLoaded(reason: failure.description)) }
        }
    }

    private func compile(_ cell: Cell) async throws(CompilationFailure) -> CompiledCell {
        let process = Subprocess()
        let last = state.withLock { state in
            state.compilations[ObjectIdentifier(process)] = process
            return state.last
        }
        defer { _ = state.withLock { $0.compilations.removeValue(forKey: ObjectIdentifier(process)) } }
        let result = await withCheckedContinuation { continuation in
            compiling.async { [compiler] in
                continuation.resume(
                    returning: Result { () throws(CompilationFailure) in
                        try compiler.compile(cell.text, after: last, process: process)
                    })
            }
        }
        return try result.get()
    }

    public func prepare(_ cell: Cell) {}

    public func interrupt() {
        state.withLock { state in
            for process in state.compilations.values { process.cancel() }
            state.worker?.send(.interrupt)
        }
    }

    public func isComplete(_ text: String) -> CellCompleteness {
        switch TextCompleteness(text) {
        case .complete: .complete
        case .incomplete(let indent): .incomplete(indent: indent)
        case .invalid: .invalid
        }
    }

    public func shutdown() {
        state.withLock { state in
            state.isShutDown = true
            for process in state.compilations.values { process.cancel() }
            state.worker?.kill()
        }
    }

    // MARK: The worker

    private func startWorker(_ state: inout State) throws(WorkerFailure) {
        guard !state.isShutDown else { throw WorkerFailure("The session has ended.") }
        state.generation += 1
        let generation = state.generation
        state.worker = try WorkerProcess(program: compiler.installation.worker, environment: state.environment) {
            [weak self] event in self?.hear(event, from: generation)
        }
    }

    private func hear(_ event: WorkerProcess.Event, from generation: Int) {
        switch event {
        case .text(let stream, let text):
            let output = state.withLock { state in state.runs[nil]?.output ?? state.lastOutput }
            output?(.stream(name: stream, text: text))
        case .report(let report): hear(report)
        case .ended:
            let runs = state.withLock { state -> [Run] in
                guard state.generation == generation else { return [] }
                state.worker = nil
                state.last = CellCompiler.root
                defer { state.runs = [:] }
                return Array(state.runs.values)
            }
            for run in runs { run.ended.resume(returning: nil) }
        }
    }

    private func hear(_ report: WorkerReport) {
        let (run, worker, output) = state.withLock { state in
            (state.runs[report.lane], state.worker, state.runs[report.lane]?.output ?? state.lastOutput)
        }
        switch report.event {
        case .ready: break
        case .display(let bundle, let id, let updates, let mark):
            output?(.display(bundle, id: id, updates: updates))
            worker?.send(.seen(mark: mark))
        case .clear(let wait, let mark):
            output?(.clear(wait: wait))
            worker?.send(.seen(mark: mark))
        case .result(let bundle):
            if run?.cell.isSilent != true { output?(.result(bundle)) }
        case .nextInput(let text): output?(.nextInput(text))
        case .comm(let message, let mark):
            output?(.comm(message))
            worker?.send(.seen(mark: mark))
        case .question(let question, let prompt, let hidden):
            guard let run, run.cell.allowsInput else {
                worker?.send(.answer(question: question, text: nil))
                return
            }
            run.output(
                .question(prompt: prompt, hidden: hidden) { answer in
                    worker?.send(.answer(question: question, text: answer))
                })
        case .stray(let ending):
            let report = CellReport(record: state.withLock { $0.record }, lineTable: lineTable)
            output?(.stream(name: "stderr", text: report.strayText(of: ending)))
        case .ended(let ending):
            state.withLock { $0.runs.removeValue(forKey: report.lane) }?.ended.resume(returning: ending)
        }
    }
}

extension CellEnding {
    /// Whether every statement has run, so that later cells may use what the cell declares.
    var reachedItsEnd: Bool { if case .finished = self { true } else { false } }
}

extension Result {
    fileprivate init(_ body: () throws(Failure) -> Success) {
        do throws(Failure) { self = .success(try body()) } catch { self = .failure(error) }
    }
}
