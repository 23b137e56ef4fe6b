import Cells
import FoundationEssentials
import Glibc
import Notebook
import Synchronization
import WorkerFrames

/// Keeps a worker alive, gives it the orders of cells, and brings what it says to the cell that it belongs to.
final class WorkerKeeper: Sendable {
    typealias Output = @Sendable (CellOutput) -> Void

    /// How an order ended: without an ending where the worker ended before it.
    struct End {
        var ending: CellEnding?
        /// The statement to which the cell had come.
        var reached = 0
        var seconds = 0.0
        /// What the runtime printed about a trap.
        var reason: String?
        /// The display in whose place an error belongs.
        var place: String?
        /// Whether the order was not given, because nobody wanted it any more.
        var isWithdrawn = false
    }

    /// An order that is carried out, and who waits for it.
    private struct Run {
        let cell: Cell
        let output: Output
        let ended: CheckedContinuation<End, Never>
    }

    private struct State {
        var worker: WorkerProcess?
        /// Counts workers, so that the last words of one that was replaced are not taken for its successor's.
        var generation = 0
        var environment: [String: String]
        /// Where a new worker begins; nil is where the kernel is.
        var folder: String?
        var runs: [String?: Run] = [:]
        /// What the runtime says about a trap, until the cell that it ends has ended.
        var words = FatalWords()
        /// Who hears what tasks and threads say when their cell has ended, by request; the latest last.
        var outputs: [(request: String, output: Output)] = []
        var lastOutput: Output? { outputs.last?.output }
        var isShutDown = false

        /// Those that wait, of whom nobody else will hear from now on.
        mutating func takeRuns() -> [Run] {
            defer { runs = [:] }
            return Array(runs.values)
        }
    }

    private let program: String
    private let state: Mutex<State>
    private let lost: @Sendable () -> Void
    private let strayText: @Sendable (CellEnding, String?) -> String

    /// Starts a worker.
    ///
    /// - Parameters:
    ///   - program: the worker's path.
    ///   - lost: called when a worker has ended, before there is another one and before those that waited for it hear.
    ///   - strayText: what is said about a thread that ended so while no cell waited for it, with the runtime's words.
    init(
        program: String, environment: [String: String], lost: @escaping @Sendable () -> Void,
        strayText: @escaping @Sendable (CellEnding, String?) -> String
    ) {
        self.program = program
        self.lost = lost
        self.strayText = strayText
        state = Mutex(State(environment: environment))
        try? state.withLock { state throws(WorkerFailure) in try start(&state) }
    }

    // MARK: Orders

    /// Gives an order to the worker, a new one where there is none, and waits for its end.
    ///
    /// - Parameter isWithdrawn: asked last of all: an interrupt before it is seen there, and one after it finds the run.
    func end(
        of order: WorkerOrder, for cell: Cell, unless isWithdrawn: () -> Bool, output: @escaping Output
    ) async -> End {
        await withCheckedContinuation { ended in
            let ending: End? = state.withLock { state in
                do throws(WorkerFailure) {
                    if state.worker == nil { try start(&state) }
                } catch {
                    return End(ending: .notLoaded(reason: error.description))
                }
                if isWithdrawn() { return End(isWithdrawn: true) }
                state.runs[cell.lane] = Run(cell: cell, output: output, ended: ended)
                state.outputs.removeAll { $0.request == cell.request }
                state.outputs.append((cell.request, output))
                if state.outputs.count > 64 { state.outputs.removeFirst() }
                state.worker?.send(order)
                return nil
            }
            if let ending { ended.resume(returning: ending) }
        }
    }

    /// Whether there is a worker.
    var hasWorker: Bool { state.withLock { $0.worker != nil } }

    /// Whether an order is carried out.
    var isBusy: Bool { state.withLock { !$0.runs.isEmpty } }

    /// Stops what runs; a worker that does not let go of it is ended.
    func interrupt() {
        let (generation, cells) = state.withLock { state in
            state.worker?.send(.interrupt)
            return (state.generation, state.runs.values.map(\.cell))
        }
        guard !cells.isEmpty else { return }
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

    // MARK: The worker

    /// The folder in which cells run.
    var folder: String {
        let worker = state.withLock { $0.worker?.identifier }
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = worker.map { readlink("/proc/\($0)/cwd", &path, path.count) } ?? 0
        guard count > 0 else { return FileManager.default.currentDirectoryPath }
        return String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Has workers that start later begin in the folder in which cells run now.
    func keepFolder() {
        let folder = folder
        state.withLock { $0.folder = folder }
    }

    /// Sets a variable for workers that start later.
    func setEnvironment(_ name: String, to value: String) { state.withLock { $0.environment[name] = value } }

    /// Puts a new worker in the place of this one.
    func replace() {
        let runs = state.withLock { state in
            state.worker?.kill()
            lost()
            try? start(&state)
            return state.takeRuns()
        }
        for run in runs { run.ended.resume(returning: End()) }
    }

    /// Ends the worker for good.
    func shutdown() {
        state.withLock { state in
            state.isShutDown = true
            state.worker?.kill()
        }
    }

    private func start(_ state: inout State) throws(WorkerFailure) {
        guard !state.isShutDown else { throw WorkerFailure("The session has ended.") }
        state.generation += 1
        let generation = state.generation
        state.worker = try WorkerProcess(
            program: program, number: generation, environment: state.environment, folder: state.folder
        ) { [weak self] event in self?.hear(event, from: generation) }
    }

    // MARK: What the worker says

    private func hear(_ event: WorkerProcess.Event, from generation: Int) {
        switch event {
        case .text(let stream, let text): hear(text, stream)
        case .report(let report): hear(report)
        case .ended: hearEnd(of: generation)
        }
    }

    private func hearEnd(of generation: Int) {
        var idle: Output?
        let (runs, reason) = state.withLock { state -> ([Run], String?) in
            guard state.generation == generation else { return ([], nil) }
            defer { state.words = FatalWords() }
            state.worker = nil
            lost()
            // One that ended by itself, before any cell, would only end again.
            if !state.outputs.isEmpty { try? start(&state) }
            if state.runs.isEmpty { idle = state.lastOutput }
            return (state.takeRuns(), state.words.reason)
        }
        for run in runs { run.ended.resume(returning: End(reason: reason)) }
        idle?(.stream(name: "stderr", text: CellReport.lostWorker(reason: reason) + "\n"))
    }

    /// Text goes to the cell that runs; what the runtime says about a trap is kept until the cell's end.
    private func hear(_ text: String, _ stream: String) {
        let (output, shown) = state.withLock { state -> (Output?, String) in
            let lane = state.runs[nil] == nil ? state.runs.keys.first : .some(nil)
            guard let lane, let run = state.runs[lane] else { return (state.lastOutput, text) }
            return (run.output, stream == "stderr" ? state.words.take(text) : text)
        }
        if !shown.isEmpty { output?(.stream(name: stream, text: shown)) }
    }

    private func hear(_ report: WorkerReport) {
        let (run, worker, output) = state.withLock { state in
            let run = state.runs[report.lane]
            var output = run?.output
            if let request = report.request, request != run?.cell.request {
                output = state.outputs.last { $0.request == request }?.output
            }
            return (run, state.worker, output ?? state.lastOutput)
        }
        switch report.event {
        case .ready: break
        case .display(let bundle, let id, let updates, let mark):
            output?(.display(bundle, id: id, updates: updates))
            worker?.send(.seen(mark: mark))
        case .clear(let wait, let mark):
            output?(.clear(wait: wait))
            worker?.send(.seen(mark: mark))
        case .printed(let text): output?(.stream(name: "stdout", text: text))
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
            // What the runtime printed about it is told here, and not at the end of the cell that runs.
            let reason = state.withLock { $0.words.tell() }
            output?(.stream(name: "stderr", text: strayText(ending, reason)))
        case .ended(let ending, let reached, let seconds, let place):
            guard let run else { return }
            let (words, isAlone) = state.withLock { state in
                state.runs.removeValue(forKey: report.lane)
                defer { state.words = FatalWords() }
                return (state.words, state.runs.isEmpty)
            }
            let rest = words.rest(after: ending)
            if !rest.isEmpty { run.output(.stream(name: "stderr", text: rest)) }
            run.ended.resume(
                returning: End(
                    ending: ending, reached: reached, seconds: seconds,
                    // Beside other cells the words may be about one of those.
                    reason: isAlone ? words.reason : nil, place: place))
        }
    }
}
