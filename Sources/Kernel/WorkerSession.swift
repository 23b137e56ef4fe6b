import Cells
import Dispatch
import Notebook
import Synchronization
import WorkerFrames

/// A session of compiled cells: it knows what a cell sees, compiles it, and has the worker run it.
public final class WorkerSession: CellSession {
    private struct State {
        var record = SessionRecord()
        var compilations: [ObjectIdentifier: Subprocess] = [:]
        /// The cell that is compiled while another one runs.
        var prepared: (text: String, task: Task<Void, Never>)?
        /// What is seen after the cell that runs, if nothing stops it.
        var expected = ModuleView.empty
        var interruptions = 0
        /// Whether what all cells see is compiled, or cannot be.
        var hasRoot = false
    }

    /// What is known of the session, which the end of a worker changes too.
    private final class SharedState: Sendable {
        private let state = Mutex(State())

        func withLock<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }
    }

    let compiler: CellCompiler
    let packages: PackageStore
    let worker: WorkerKeeper
    private let lineTable: LineTable
    private let state = SharedState()
    private let compiling = DispatchQueue(label: "martlet.compiling", attributes: .concurrent)
    private let root: Task<CompilationFailure?, Never>
    /// Where compiled cells are, where there is no lasting place for them.
    private let passing = Mutex<TemporaryFolder?>(nil)
    /// What the next cell says first.
    private let notice = Mutex<String?>(nil)

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
        worker = WorkerKeeper(program: installation.worker, environment: environment) { [state] in
            state.withLock { state in
                state.record.forget()
                state.expected = .empty
            }
        } strayText: { [state, lineTable] ending, reason in
            CellReport(record: state.withLock { $0.record }, lineTable: lineTable).strayText(of: ending, reason: reason)
        }
        root = Task.detached { [state] in
            defer { state.withLock { $0.hasRoot = true } }
            do throws(CompilationFailure) {
                try compiler.compileRoot()
            } catch {
                return error
            }
            compiler.makeReady(for: .empty)
            compiler.prune()
            return nil
        }
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
        func session(cache: String) throws(CompilationFailure) -> WorkerSession {
            try WorkerSession(
                installation: installation, toolchain: toolchain, cache: cache, environment: environment)
        }
        let home = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/tmp") + "/.cache"
        do throws(CompilationFailure) {
            return try session(cache: home + "/martlet")
        } catch {
            guard let passing = TemporaryFolder(), let session = try? session(cache: passing.path) else {
                return UnavailableSession(reason: "\(error) Set XDG_CACHE_HOME to a folder with room.")
            }
            session.borrow(passing, because: "\(error)")
            return session
        }
    }

    /// Keeps what it compiles in a folder that goes with the session, and says so with the first cell.
    private func borrow(_ folder: TemporaryFolder, because reason: String) {
        passing.withLock { $0 = folder }
        notice.withLock {
            $0 =
                "\(reason) This session's are kept in \(folder.path) until it ends; XDG_CACHE_HOME names another place.\n"
        }
    }

    /// What the next cell sees.
    package var surroundings: Surroundings {
        let record = record
        var result = compiler.surroundings(after: record.view, cells: record.cells)
        for (usage, meaning) in Self.magicHelp where usage.hasPrefix("%") {
            result.magics[String(usage.prefix { $0 != " " })] = meaning
        }
        result.folder = worker.folder
        return result
    }

    // MARK: Running

    public func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome {
        var cell = cell
        cell.interruptions = cell.interruptions ?? interruptions
        if !cell.isSilent, let text = notice.withLock({ $0.take() }) { output(.stream(name: "stderr", text: text)) }
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
        if let failure = await rootFailure(for: cell) {
            return (CellReport(record: record, lineTable: lineTable).failure(failure, cell: cell), 0)
        }
        if let prepared = state.withLock({ $0.prepared }), prepared.text == text { await prepared.task.value }
        let known = record
        if known.isReplaceable, known.view(for: text, optimized: optimized) == known.view {
            for statement in known.statements(replacedBy: CellSyntax(text)) { _ = await hide(statement) }
        }
        let view = state.withLock { $0.record.view(for: text, optimized: optimized) }
        let compiled: CompiledCell
        do throws(CompilationFailure) {
            compiled = try await compile(text, after: view, optimized: optimized, for: cell)
        } catch {
            // A conformance may be stated again, like everything else: the cell that stated it before gives it up.
            if await giveUpConformances(restatedIn: error) {
                return await execute(text, optimized: optimized, of: cell, output: output)
            }
            // What could not be compiled replaces nothing.
            state.withLock { $0.record.change(since: known) { $0 = known } }
            return (CellReport(record: record, lineTable: lineTable).failure(error, cell: cell), 0)
        }
        // What it was compiled with may have gone with its worker.
        guard record.generation == known.generation else {
            return await execute(text, optimized: optimized, of: cell, output: output)
        }
        state.withLock { state in
            state.record.note(compiled, of: cell)
            state.expected = view.after(compiled)
        }
        let warnings = CellReport(record: record, lineTable: lineTable).warnings(of: compiled, cell: cell)
        if !warnings.isEmpty { output(.stream(name: "stderr", text: warnings)) }
        let imported = compiler.packages.withLock { $0.map(\.library).filter { !$0.isEmpty } }
        let order = CellOrder(
            imported: imported, library: compiled.library, entry: compiled.entry, lane: cell.lane,
            request: cell.request, values: compiled.values)
        let end = await end(of: .run(order), cell, output: output)
        if end.isWithdrawn {
            state.withLock { $0.record.change(since: known) { $0 = known } }
            return (CellReport.interrupted, 0)
        }
        let lost = await conclude(compiled, end, before: view, since: known)
        let report = CellReport(record: record, lineTable: lineTable, reached: compiled.line(ofStatement: end.reached))
        return (report.outcome(of: end.ending, reason: end.reason, lost: lost, cell: cell), end.seconds)
    }

    public func receive(
        _ message: CommMessage, for request: String, lane: String?, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> Bool {
        // Whoever opened a comm is gone with its worker, and a new one has accepted nothing yet.
        guard worker.hasWorker else { return false }
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

    /// Gives an order to the worker and waits for its end; what it says names cells as the person knows them.
    func end(
        of order: WorkerOrder, _ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> WorkerKeeper.End {
        await worker.end(of: order, for: cell, unless: { wasInterrupted(cell) }) { [state] in
            output(state.withLock { $0.record }.readable($0))
        }
    }

    /// Makes what a cell declared visible to later ones: all of it, or what came before the statement that stopped it.
    ///
    /// - Returns: the names that are lost.
    private func conclude(
        _ compiled: CompiledCell, _ end: WorkerKeeper.End, before view: ModuleView, since known: SessionRecord
    ) async -> [String] {
        func add(_ after: ModuleView, names: [String]? = nil) {
            state.withLock { state in
                state.record.change(since: known) { $0.add(compiled, after: view, view: after, names: names) }
            }
        }
        guard compiled.syntax.declares, let ending = end.ending else { return [] }
        switch ending {
        case .finished:
            add(view.after(compiled))
            return []
        case .notLoaded: return compiled.syntax.names
        default: break
        }
        guard compiled.syntax.bindsVariables else {
            // Functions and types are there whole, however far the statements came.
            add(view.after(compiled))
            return []
        }
        guard let kept = compiled.syntax.cut(before: end.reached) else { return compiled.syntax.names }
        let cut = try? await onCompilingThread { [compiler] () throws(CompilationFailure) in
            try compiler.view(after: compiled, cutBefore: end.reached, of: view)
        }
        if let cut { add(cut, names: kept.names) }
        return cut == nil ? compiled.syntax.names : compiled.syntax.names.filter { !kept.names.contains($0) }
    }

    /// Waits for what all cells see, as long as nobody interrupts.
    private func rootFailure(for cell: Cell) async -> CompilationFailure? {
        while !state.withLock({ $0.hasRoot }) {
            if wasInterrupted(cell) { return .cancelled }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return await root.value
    }

    private func compile(
        _ text: String, after view: ModuleView, optimized: Bool, for cell: Cell? = nil
    ) async throws(CompilationFailure) -> CompiledCell {
        try await interruptibly(for: cell) { [compiler] process throws(CompilationFailure) in
            try compiler.compile(text, after: view, optimized: optimized, process: process)
        }
    }

    /// Does something with a process that an interrupt ends.
    func interruptibly<Value: Sendable, Failure>(
        for cell: Cell?, _ work: @escaping @Sendable (Subprocess) throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let process = Subprocess()
        state.withLock { $0.compilations[ObjectIdentifier(process)] = process }
        if let cell, wasInterrupted(cell) { process.cancel() }
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
            // redundant conformance of 'Array<Element>' to protocol 'Describable'
            let names = message.text.split(separator: "'")
            guard message.text.hasPrefix("redundant conformance of"), names.count >= 4,
                let found = record.statement(
                    that: String(names[1].prefix { $0 != "<" }), conformsTo: String(names[3]))
            else { continue }
            if await hide(found) { isAnyHidden = true }
        }
        return isAnyHidden
    }

    /// Has later cells no longer see a statement of an earlier one; false where that changes nothing.
    private func hide(_ statement: SessionRecord.Statement) async -> Bool {
        guard let hidden = state.withLock({ $0.record.hide(statement) }) else { return false }
        let indices = hidden.map { "\($0)" }.joined(separator: "-")
        for (name, keepsFunctions) in [("without", false), ("disfavouring", true)] {
            let syntax = statement.cell.syntax.removing(hidden, keepingFunctions: keepsFunctions)
            let folder = try? await onCompilingThread { [compiler] () throws(CompilationFailure) in
                try compiler.revise(statement.cell, as: syntax, named: name + indices, seeing: statement.before)
            }
            guard let folder else { continue }
            state.withLock { $0.record.revise(in: folder) }
            return true
        }
        return false
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

    /// Notes a cell of which nothing was compiled.
    func note(_ cell: Cell) { state.withLock { $0.record.note(cell) } }

    // MARK: Stopping

    public var interruptions: Int { state.withLock { $0.interruptions } }

    /// Whether somebody has interrupted since a cell's turn came.
    private func wasInterrupted(_ cell: Cell) -> Bool { cell.interruptions.map { $0 < interruptions } ?? false }

    public func interrupt() {
        let isCompiling = state.withLock { state in
            state.interruptions += 1
            for process in state.compilations.values { process.cancel() }
            return !state.compilations.isEmpty
        }
        // Whoever stops a compilation does not mean what earlier cells have left running.
        if worker.isBusy || !isCompiling { worker.interrupt() }
    }

    /// Begins again: a new worker, and no variables.
    func reset() {
        worker.replace()
        state.withLock { $0.record.clear() }
        compiler.packages.withLock { $0 = [] }
    }

    public func shutdown() {
        state.withLock { state in for process in state.compilations.values { process.cancel() } }
        compiler.end()
        worker.shutdown()
        passing.withLock { $0 = nil }
    }
}

extension Result {
    fileprivate init(_ body: () throws(Failure) -> Success) {
        do throws(Failure) { self = .success(try body()) } catch { self = .failure(error) }
    }
}
