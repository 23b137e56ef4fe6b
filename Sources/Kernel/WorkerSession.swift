import Cells
import Dispatch
import FoundationEssentials
import Glibc
import Notebook
import Synchronization
import WorkerFrames

/// A session of compiled cells: it knows what a cell sees, compiles it, and has the worker run it.
public final class WorkerSession: CellSession {
    /// A cell that runs, and who waits for it.
    private struct Run {
        let cell: Cell
        let output: @Sendable (CellOutput) -> Void
        let ended: CheckedContinuation<End, Never>
    }

    /// How a cell ended: nil where the worker ended before it.
    struct End {
        var ending: CellEnding?
        var reached = 0
        var seconds = 0.0
        /// What the runtime printed about a trap.
        var reason: String?
        /// The display in whose place an error belongs.
        var place: String?
    }

    private struct State {
        var worker: WorkerProcess?
        /// Counts workers, so that the last words of one that was replaced are not taken for its successor's.
        var generation = 0
        var environment: [String: String]
        /// Where a new worker begins; nil is where the kernel is.
        var folder: String?
        var record = SessionRecord()
        var runs: [String?: Run] = [:]
        /// What the runtime says about a trap, until the cell that it ends has ended.
        var words = FatalWords()
        var compilations: [ObjectIdentifier: Subprocess] = [:]
        /// The cell that is compiled while another one runs.
        var prepared: (text: String, task: Task<Void, Never>)?
        /// What is seen after the cell that runs, if nothing stops it.
        var expected = ModuleView.empty
        /// Who hears what tasks and threads say when their cell has ended, by request; the latest last.
        var outputs: [(request: String, output: @Sendable (CellOutput) -> Void)] = []
        var lastOutput: (@Sendable (CellOutput) -> Void)? { outputs.last?.output }
        var isShutDown = false
    }

    let compiler: CellCompiler
    let packages: PackageStore
    private let lineTable: LineTable
    private let state: Mutex<State>
    private let compiling = DispatchQueue(label: "martlet.compiling", attributes: .concurrent)
    private let root: Task<CompilationFailure?, Never>

    /// Opens a session: starts its worker and, where that has not been done before, compiles what all cells see.
    package init(
        installation: Installation, toolchain: Toolchain, cache: String, environment: [String: String]
    ) throws(CompilationFailure) {
        let compiler = try CellCompiler(installation: installation, toolchain: toolchain, cache: cache)
        self.compiler = compiler
        packages = PackageStore(toolchain: toolchain, cache: cache)
        lineTable = LineTable(toolchain: toolchain)
        var environment = environment
        environment["SWIFT_BACKTRACE"] = "enable=no"
        state = Mutex(State(environment: environment))
        root = Task.detached {
            do throws(CompilationFailure) {
                try compiler.compileRoot()
            } catch {
                return error
            }
            compiler.prune()
            return nil
        }
        try? state.withLock { state throws(WorkerFailure) in try startWorker(&state) }
    }

    /// The session of the running program's installation, or one that says what to do where something is missing.
    public static func open(environment: [String: String]) -> any CellSession {
        guard let installation = Installation.current else {
            return UnavailableSession(
                reason: "There is no martlet-worker beside the kernel: run `martlet install` again.")
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
        let record = record
        var result = compiler.surroundings(after: record.view, cells: record.cells)
        for (usage, meaning) in Self.magicHelp where usage.hasPrefix("%") {
            result.magics[String(usage.prefix { $0 != " " })] = meaning
        }
        result.folder = folder
        return result
    }

    // MARK: Running

    public func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome {
        let source = MagicText(cell.text)
        var isOptimized = false
        var isTimed = false
        for magic in source.magics {
            switch await follow(magic, rest: source, of: cell, output: output) {
            case .done: continue
            case .optimize: isOptimized = true
            case .time: isTimed = true
            case .end(let outcome): return outcome
            case .run(let text):
                let outcome = await execute(text, of: cell, output: output).outcome
                if outcome != .succeeded { return outcome }
            }
        }
        guard source.hasCode else { return .succeeded }
        let (outcome, seconds) = await execute(source.text, optimized: isOptimized, of: cell, output: output)
        if isTimed { output(.stream(name: "stdout", text: "\(Self.readable(seconds: seconds))\n")) }
        return outcome
    }

    /// Compiles and runs a text, and notes what later cells see.
    func execute(
        _ text: String, optimized: Bool = false, of cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> (outcome: CellOutcome, seconds: Double) {
        if let failure = await root.value {
            return (CellReport(record: record, lineTable: lineTable).failure(failure, cell: cell), 0)
        }
        if let prepared = state.withLock({ $0.prepared }), prepared.text == text { await prepared.task.value }
        let known = record
        if known.hasFunctions {
            for function in known.functions(redeclaredBy: CellSyntax(text)) { _ = await hide(function) }
        }
        let view = state.withLock { $0.record.view(for: text, optimized: optimized) }
        let compiled: CompiledCell
        do throws(CompilationFailure) {
            compiled = try await compile(text, after: view, optimized: optimized)
        } catch {
            // A conformance may be stated again, like everything else: the cell that stated it before gives it up.
            if await giveUpConformances(restatedIn: error) {
                return await execute(text, optimized: optimized, of: cell, output: output)
            }
            // What could not be compiled replaces nothing.
            state.withLock { $0.record = known }
            return (CellReport(record: record, lineTable: lineTable).failure(error, cell: cell), 0)
        }
        state.withLock { state in
            state.record.note(compiled, of: cell)
            state.expected = view.after(compiled)
        }
        let imported = compiler.packages.withLock { $0.map(\.library).filter { !$0.isEmpty } }
        let order = CellOrder(
            imported: imported, library: compiled.library, entry: compiled.entry, lane: cell.lane,
            request: cell.request)
        let end = await end(of: .run(order), cell, output: output)
        let lost = await conclude(compiled, end, before: view)
        let report = CellReport(record: record, lineTable: lineTable, reached: compiled.line(ofStatement: end.reached))
        return (report.outcome(of: end.ending, reason: end.reason, lost: lost, cell: cell), end.seconds)
    }

    public func receive(
        _ message: CommMessage, for request: String, lane: String?, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> Bool {
        // Whoever opened a comm is gone with its worker, and a new one has accepted nothing yet.
        guard state.withLock({ $0.worker != nil }) else { return false }
        let cell = Cell(text: "", number: 0, request: request, lane: lane, allowsInput: false)
        let order = MessageOrder(message: message, lane: lane, request: request)
        let end = await end(of: .receive(order), cell, output: output)
        let report = CellReport(record: record, lineTable: lineTable)
        if case .failed(_, _, let traceback) = report.outcome(of: end.ending, reason: end.reason, lost: [], cell: cell)
        {
            let text = traceback.joined(separator: "\n") + "\n"
            if let place = end.place {
                output(.display(.error(text), id: place, updates: true))
            } else {
                output(.stream(name: "stderr", text: text))
            }
            guard case .open = message.kind else { return true }
            // Who was to answer from now on has failed, so the worker closes its end too.
            let close = CommMessage(.close, id: message.id)
            _ = await self.end(
                of: .receive(MessageOrder(message: close, lane: lane, request: request)), cell, output: output)
            return false
        }
        if case .refused = end.ending { return false }
        return true
    }

    /// Gives an order to the worker, a new one where there is none, and waits for its end.
    func end(
        of order: WorkerOrder, _ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> End {
        await withCheckedContinuation { ended in
            let failure: WorkerFailure? = state.withLock { state in
                do throws(WorkerFailure) {
                    if state.worker == nil { try startWorker(&state) }
                } catch {
                    return error
                }
                state.runs[cell.lane] = Run(cell: cell, output: output, ended: ended)
                state.outputs.removeAll { $0.request == cell.request }
                state.outputs.append((cell.request, output))
                if state.outputs.count > 64 { state.outputs.removeFirst() }
                state.worker?.send(order)
                return nil
            }
            if let failure { ended.resume(returning: End(ending: .notLoaded(reason: failure.description))) }
        }
    }

    /// Makes what a cell declared visible to later ones: all of it, or what came before the statement that stopped it.
    ///
    /// - Returns: the names that are lost.
    private func conclude(_ compiled: CompiledCell, _ end: End, before view: ModuleView) async -> [String] {
        guard compiled.syntax.declares, let ending = end.ending else { return [] }
        switch ending {
        case .finished:
            state.withLock { $0.record.add(compiled, after: view, view: view.after(compiled)) }
            return []
        case .notLoaded: return compiled.syntax.names
        default: break
        }
        guard compiled.syntax.bindsVariables else {
            // Functions and types are there whole, however far the statements came.
            state.withLock { $0.record.add(compiled, after: view, view: view.after(compiled)) }
            return []
        }
        guard let kept = compiled.syntax.cut(before: end.reached) else { return compiled.syntax.names }
        let cut = try? await onCompilingThread { [compiler] () throws(CompilationFailure) in
            try compiler.view(after: compiled, cutBefore: end.reached, of: view)
        }
        if let cut { state.withLock { $0.record.add(compiled, after: view, view: cut, names: kept.names) } }
        return cut == nil ? compiled.syntax.names : compiled.syntax.names.filter { !kept.names.contains($0) }
    }

    private func compile(
        _ text: String, after view: ModuleView, optimized: Bool
    ) async throws(CompilationFailure) -> CompiledCell {
        try await interruptibly { [compiler] process throws(CompilationFailure) in
            try compiler.compile(text, after: view, optimized: optimized, process: process)
        }
    }

    /// Does something with a process that an interrupt ends.
    func interruptibly<Value: Sendable, Failure>(
        _ work: @escaping @Sendable (Subprocess) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let process = Subprocess()
        state.withLock { $0.compilations[ObjectIdentifier(process)] = process }
        defer { _ = state.withLock { $0.compilations.removeValue(forKey: ObjectIdentifier(process)) } }
        return try await onCompilingThread { () throws(Failure) in try work(process) }
    }

    /// Compilers are waited for on threads of their own: those of Swift's tasks are few.
    private func onCompilingThread<Value: Sendable, Failure>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            compiling.async { continuation.resume(returning: Result(work)) }
        }
        return try result.get()
    }

    /// Hides the statements of earlier cells that a failed compilation found redundant; false where there are none.
    private func giveUpConformances(restatedIn failure: CompilationFailure) async -> Bool {
        guard case .rejected(let messages, _) = failure else { return false }
        var isAnyHidden = false
        for message in messages where message.severity == .error {
            // redundant conformance of 'Int' to protocol 'Describable'
            let names = message.text.split(separator: "'")
            guard message.text.hasPrefix("redundant conformance of"), names.count >= 4,
                let found = record.statement(that: String(names[1]), conformsTo: String(names[3]))
            else { continue }
            if await hide(found) { isAnyHidden = true }
        }
        return isAnyHidden
    }

    /// Has later cells no longer see a statement of an earlier one; false where that changes nothing.
    private func hide(_ statement: SessionRecord.Statement) async -> Bool {
        guard let hidden = state.withLock({ $0.record.hide(statement) }) else { return false }
        let syntax = statement.cell.syntax.removing(hidden)
        let name = "without" + hidden.map { "\($0)" }.joined(separator: "-")
        let folder = try? await onCompilingThread { [compiler] () throws(CompilationFailure) in
            try compiler.revise(statement.cell, as: syntax, named: name, seeing: statement.before)
        }
        guard let folder else { return false }
        state.withLock { $0.record.revise(in: folder) }
        return true
    }

    public func prepare(_ cell: Cell) {
        let source = MagicText(cell.text)
        guard source.magics.isEmpty, source.hasCode else { return }
        let view = state.withLock { $0.expected }
        let task = Task.detached { [self] in
            _ = await root.value
            _ = try? await compile(source.text, after: view, optimized: false)
        }
        state.withLock { $0.prepared = (source.text, task) }
    }

    public func isComplete(_ text: String) -> CellCompleteness {
        switch TextCompleteness(MagicText(text).text) {
        case .complete: .complete
        case .incomplete(let indent): .incomplete(indent: indent)
        case .invalid: .invalid
        }
    }

    /// What was run so far, and what it declared.
    var record: SessionRecord { state.withLock { $0.record } }

    /// The folder in which cells run, which `%cd` changes.
    var folder: String {
        let worker = state.withLock { $0.worker?.identifier }
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = worker.map { readlink("/proc/\($0)/cwd", &path, path.count) } ?? 0
        guard count > 0 else { return FileManager.default.currentDirectoryPath }
        return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Notes a cell of which nothing was compiled.
    func note(_ cell: Cell) { state.withLock { $0.record.note(cell) } }

    /// Has workers that start later begin in the folder in which cells run now.
    func keepFolder() {
        let folder = folder
        state.withLock { $0.folder = folder }
    }

    /// Sets a variable for workers that start later.
    func setEnvironment(_ name: String, to value: String) { state.withLock { $0.environment[name] = value } }

    // MARK: Stopping

    public func interrupt() {
        let (generation, isRunning) = state.withLock { state in
            for process in state.compilations.values { process.cancel() }
            // Whoever stops a compilation does not mean what earlier cells have left running.
            if !state.runs.isEmpty || state.compilations.isEmpty { state.worker?.send(.interrupt) }
            return (state.generation, !state.runs.isEmpty)
        }
        guard isRunning else { return }
        let cells = state.withLock { $0.runs.values.map(\.cell) }
        // What does not leave in a while will not leave at all.
        Task.detached { [weak self] in
            try? await Task.sleep(for: .seconds(3))
            self?.state.withLock { state in
                guard state.generation == generation, state.runs.values.contains(where: { cells.contains($0.cell) })
                else { return }
                state.worker?.kill()
            }
        }
    }

    /// Begins again: a new worker, and no variables.
    func reset() {
        let runs = state.withLock { state in
            let runs = Array(state.runs.values)
            state.runs = [:]
            state.worker?.kill()
            state.record.clear()
            state.expected = .empty
            try? startWorker(&state)
            return runs
        }
        compiler.packages.withLock { $0 = [] }
        for run in runs { run.ended.resume(returning: End(ending: nil)) }
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
        state.worker = try WorkerProcess(
            program: compiler.installation.worker, environment: state.environment, folder: state.folder
        ) {
            [weak self] event in self?.hear(event, from: generation)
        }
    }

    private func hear(_ event: WorkerProcess.Event, from generation: Int) {
        switch event {
        case .text(let stream, let text): hear(text, stream)
        case .report(let report): hear(report)
        case .ended:
            var idle: (@Sendable (CellOutput) -> Void)?
            let (runs, reason) = state.withLock { state -> ([Run], String?) in
                guard state.generation == generation else { return ([], nil) }
                defer { state.words = FatalWords() }
                let runs = Array(state.runs.values)
                state.runs = [:]
                state.worker = nil
                state.record.forget()
                state.expected = .empty
                // One that ended by itself, before any cell, would only end again.
                if !state.outputs.isEmpty { try? startWorker(&state) }
                if runs.isEmpty { idle = state.lastOutput }
                return (runs, state.words.reason)
            }
            for run in runs { run.ended.resume(returning: End(ending: nil, reason: reason)) }
            idle?(.stream(name: "stderr", text: CellReport.lostWorker(reason: reason) + "\n"))
        }
    }

    /// Text goes to the cell that runs; what the runtime says about a trap is kept until the cell's end.
    private func hear(_ text: String, _ stream: String) {
        let (output, readable) = state.withLock { state -> ((@Sendable (CellOutput) -> Void)?, String) in
            let lane = state.runs[nil] == nil ? state.runs.keys.first : .some(nil)
            guard let lane, let run = state.runs[lane] else { return (state.lastOutput, state.record.readable(text)) }
            let shown = stream == "stderr" ? state.words.take(text) : text
            return (run.output, state.record.readable(shown))
        }
        if !readable.isEmpty { output?(.stream(name: stream, text: readable)) }
    }

    private func hear(_ report: WorkerReport) {
        let (run, worker, output, record) = state.withLock { state in
            let run = state.runs[report.lane]
            var output = run?.output
            if let request = report.request, request != run?.cell.request {
                output = state.outputs.last { $0.request == request }?.output
            }
            return (run, state.worker, output ?? state.lastOutput, state.record)
        }
        switch report.event {
        case .ready: break
        case .display(let bundle, let id, let updates, let mark):
            output?(.display(record.readable(bundle), id: id, updates: updates))
            worker?.send(.seen(mark: mark))
        case .clear(let wait, let mark):
            output?(.clear(wait: wait))
            worker?.send(.seen(mark: mark))
        case .printed(let text): output?(.stream(name: "stdout", text: record.readable(text)))
        case .result(let bundle):
            if run?.cell.isSilent != true { output?(.result(record.readable(bundle))) }
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
            // What the runtime printed about it is told here, and not at the end of the cell that runs.
            let reason = state.withLock { $0.words.tell() }
            let report = CellReport(record: record, lineTable: lineTable)
            output?(.stream(name: "stderr", text: report.strayText(of: ending, reason: reason)))
        case .ended(let ending, let reached, let seconds, let place):
            guard let run else { return }
            let words = state.withLock { state in
                state.runs.removeValue(forKey: report.lane)
                defer { state.words = FatalWords() }
                return state.words
            }
            let rest = words.rest(after: ending)
            if !rest.isEmpty { run.output(.stream(name: "stderr", text: record.readable(rest))) }
            run.ended.resume(
                returning: End(ending: ending, reached: reached, seconds: seconds, reason: words.reason, place: place))
        }
    }
}

extension Result {
    fileprivate init(_ body: () throws(Failure) -> Success) {
        do throws(Failure) { self = .success(try body()) } catch { self = .failure(error) }
    }
}
