internal import CRecovery
import Dispatch
import Foundation
import Notebook
import Synchronization
internal import WorkerFrames

/// A thread that runs cells one after another: the main thread for the main shell, one more for each subshell.
///
/// Messages of comms wait in the same queue, so that their handlers run between cells.
final class Lane: Sendable {
    /// What waits in a lane.
    enum Work {
        case cell(CellOrder)
        case libraries(LibraryOrder)
        case message(MessageOrder)
    }

    /// The lane of the main shell.
    static let main = Lane(name: nil)
    private static let others = Mutex<[String: Lane]>([:])

    let name: String?
    /// The front end's request under which the lane speaks.
    var request: String { spokenUnder.withLock { $0 } }

    private let spokenUnder = Mutex("")
    private let queue = Mutex<[(work: Work, interruptions: Int)]>([])
    private let arrival = DispatchSemaphore(value: 0)
    /// The run of the cell that runs here; 0 where none does.
    private let running = Atomic<UInt64>(0)
    private let delivery = Mutex<Delivery?>(nil)
    /// How often everything had been interrupted when the work that is done now came.
    private let interruptionsBefore = Atomic(0)
    private static let interruptions = Atomic(0)

    private struct Delivery {
        let message: CommMessage
        var isTaken = false
    }
    /// Why the cell ends although nothing happened on its own thread.
    private let verdict = Mutex<CellEnding?>(nil)

    private init(name: String?) { self.name = name }

    /// The lane of a subshell; its thread starts with its first cell.
    static func named(_ name: String?) -> Lane {
        guard let name else { return main }
        return others.withLock { lanes in
            if let lane = lanes[name] { return lane }
            let lane = Lane(name: name)
            lanes[name] = lane
            startThread { lane.work() }
            return lane
        }
    }

    /// The lane whose cell runs on the calling thread; the main lane where none does.
    static var current: Lane {
        pthread_getspecific(currentKey).map { Unmanaged<Lane>.fromOpaque($0).takeUnretainedValue() } ?? main
    }

    private static let currentKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Queues a cell or a message.
    func add(_ work: Work) {
        queue.withLock { $0.append((work, Self.interruptions.load(ordering: .sequentiallyConsistent))) }
        if name == nil { MainQueue.wake() } else { arrival.signal() }
    }

    /// Runs the cells of this lane for ever, on the thread that calls.
    func work() -> Never {
        pthread_setspecific(Self.currentKey, Unmanaged.passUnretained(self).toOpaque())
        while true {
            if name == nil { Leftovers.giveBack() }
            if let (work, interruptions) = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                interruptionsBefore.store(interruptions, ordering: .relaxed)
                let clock = ContinuousClock()
                let start = clock.now
                let ending: CellEnding
                switch work {
                case .cell(let order): ending = run(order)
                case .libraries(let order): ending = load(order)
                case .message(let order): ending = receive(order)
                }
                if Worker.isCopy { endCopy(ending) }
                let seconds = (clock.now - start) / .seconds(1)
                Output.endCaptures()
                let place = Interaction.takeUnfinished()
                Descriptors.openStreams()
                recovery_flush()
                Worker.send(
                    WorkerReport(
                        lane: name,
                        event: .ended(ending, reached: recovery_reached(), seconds: seconds, place: place)))
            } else if name == nil {
                serveMainQueue()
            } else {
                arrival.wait()
            }
        }
    }

    /// Ends the copy of the process in which a cell has come to its end, as a program would end.
    private func endCopy(_ ending: CellEnding) -> Never {
        recovery_flush()
        switch ending {
        case .finished, .returned: _exit(0)
        case .exited(let status): _exit(status)
        default: _exit(1)
        }
    }

    /// Does what waits for the main thread while no cell is on it.
    private func serveMainQueue() {
        let outcome = recovery_guard({ MainQueue.waitAndRun() }, recovery_any_run)
        Stray.report(outcome)
    }

    /// Whether a run's cell is the one that runs here.
    func runs(_ run: UInt64) -> Bool { running.load(ordering: .relaxed) == run }

    private func run(_ order: CellOrder) -> CellEnding {
        let entry: CellLibrary.Entry
        do {
            entry = try CellLibrary.load(order)
        } catch {
            return .notLoaded(reason: error.reason)
        }
        let replaced = ReplacedValues(before: order)
        let ending = ending(of: entry, request: order.request)
        replaced.letGo(after: ending)
        return ending
    }

    private func load(_ order: LibraryOrder) -> CellEnding {
        do {
            try CellLibrary.load(order.libraries)
        } catch {
            return .notLoaded(reason: error.reason)
        }
        return .finished
    }

    private func receive(_ order: MessageOrder) -> CellEnding {
        delivery.withLock { $0 = Delivery(message: order.message) }
        // What is run here is a C function, which finds its message in its lane.
        let ending = ending(of: { Lane.current.deliver() }, request: order.request)
        if case .finished = ending, delivery.withLock({ $0?.isTaken }) == false { return .refused }
        return ending
    }

    private func deliver() {
        guard let message = delivery.withLock({ $0?.message }) else { return }
        let isTaken = OpenComms.receive(message)
        delivery.withLock { $0?.isTaken = isTaken }
    }

    private func ending(of statements: CellLibrary.Entry, request: String) -> CellEnding {
        spokenUnder.withLock { $0 = request }
        verdict.withLock { $0 = nil }
        let run = Runs.begin(Runs.Origin(lane: name, request: request))
        running.store(run, ordering: .sequentiallyConsistent)
        // An interrupt either finds the run, or is seen here.
        let isWithdrawn =
            Self.interruptions.load(ordering: .sequentiallyConsistent) != interruptionsBefore.load(ordering: .relaxed)
        let ending = CellExit.ending(of: isWithdrawn ? {} : statements, in: run)
        running.store(0, ordering: .sequentiallyConsistent)
        Interruption.request(!Self.running.isEmpty && Interruption.isWanted)
        let final = verdict.withLock { verdict in
            defer { verdict = nil }
            return verdict ?? (isWithdrawn ? .interrupted(places: []) : ending)
        }
        if final.endsAll { Self.leave([run]) }
        return final
    }

    private static var all: [Lane] { [main] + others.withLock { Array($0.values) } }

    /// The runs of the cells that run now.
    private static var running: [UInt64] {
        all.map { $0.running.load(ordering: .sequentiallyConsistent) }.filter { $0 != 0 }
    }

    /// Whether no cell runs, though what earlier ones have started may.
    static var areAllIdle: Bool { running.isEmpty }

    /// Makes the cells of all lanes leave, with all that they started. Where none runs, it ends what earlier cells have
    /// left running.
    static func interruptAll() {
        interruptions.add(1, ordering: .sequentiallyConsistent)
        let runs = running
        // A cell that begins in the meantime is none of them.
        let last = Runs.last
        if runs.isEmpty { if last > 0 { interrupt([1...last]) } } else { leave(runs) }
    }

    /// Makes what works for some runs leave, be it a cell or what it started.
    ///
    /// Code of cells is left at once, and library functions when they return or when they look at the flag. A thread
    /// that waits in the system gets a little longer, then it does not return from its wait.
    private static func leave(_ runs: [UInt64]) {
        for run in runs { recovery_stop(run) }
        if running.contains(where: runs.contains) { Interruption.request() }
        interrupt(runs.map { $0...$0 })
    }

    private static func interrupt(_ runs: [ClosedRange<UInt64>]) {
        startThread {
            defer { Leftovers.expect() }
            for attempt in 0..<160 {
                let patience =
                    attempt < 3 ? recovery_waits : attempt < 6 ? recovery_waits_for_library : recovery_waits_for_runtime
                for run in runs { recovery_interrupt(run.lowerBound, run.upperBound, patience) }
                usleep(attempt < 60 ? 5_000 : 30_000)
                let wereAnyMeant = runs.reduce(false) { recovery_was_meant($1.upperBound) || $0 }
                guard wereAnyMeant || running.contains(where: { run in runs.contains { $0.contains(run) } }) else {
                    return
                }
            }
        }
    }

    /// Ends the cell of a run because of what happened on another thread; false where it does not run any more.
    static func end(_ run: UInt64, as ending: CellEnding) -> Bool {
        guard let lane = all.first(where: { run != 0 && $0.runs(run) }) else { return false }
        lane.verdict.withLock { $0 = $0 ?? ending }
        leave([run])
        return true
    }
}

extension CellEnding {
    /// Whether what a cell has started ends with it.
    fileprivate var endsAll: Bool {
        switch self {
        case .trapped, .interrupted, .stopped, .exited: true
        case .finished, .returned, .refused, .notLoaded, .threw: false
        }
    }
}
