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
    private let queue = Mutex<[Work]>([])
    private let arrival = DispatchSemaphore(value: 0)
    private let running = Mutex<pthread_t?>(nil)
    private let delivery = Mutex<Delivery?>(nil)

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
            startThread {
                recovery_prepare_thread()
                lane.work()
            }
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
        queue.withLock { $0.append(work) }
        if name == nil { MainQueue.wake() } else { arrival.signal() }
    }

    /// Runs the cells of this lane for ever, on the thread that calls.
    func work() -> Never {
        pthread_setspecific(Self.currentKey, Unmanaged.passUnretained(self).toOpaque())
        while true {
            if let work = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                let clock = ContinuousClock()
                let start = clock.now
                let ending: CellEnding
                switch work {
                case .cell(let order): ending = run(order)
                case .libraries(let order): ending = load(order)
                case .message(let order): ending = receive(order)
                }
                let seconds = (clock.now - start) / .seconds(1)
                Output.endCaptures()
                let place = Interaction.takeUnfinished()
                recovery_flush()
                Worker.send(
                    WorkerReport(
                        lane: name,
                        event: .ended(ending, reached: recovery_reached(), seconds: seconds, place: place)))
            } else if name == nil {
                MainQueue.waitAndRun()
            } else {
                arrival.wait()
            }
        }
    }

    private func run(_ order: CellOrder) -> CellEnding {
        let entry: CellLibrary.Entry
        do {
            entry = try CellLibrary.load(order)
        } catch {
            return .notLoaded(reason: error.reason)
        }
        return ending(of: entry, request: order.request)
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
        startedAt.withLock { $0 = .now }
        running.withLock { $0 = pthread_self() }
        defer {
            running.withLock { $0 = nil }
            Interruption.request(Self.isAnyRunning && Interruption.isRequested)
        }
        verdict.withLock { $0 = nil }
        let ending = CellExit.ending(of: statements)
        return verdict.withLock { verdict in
            defer { verdict = nil }
            return verdict ?? ending
        }
    }

    private let startedAt = Mutex(ContinuousClock.now)

    private static let lastLeft = Mutex<ContinuousClock.Instant?>(nil)

    /// Whether a cell was made to leave within the last seconds.
    static var wasLeftLately: Bool {
        lastLeft.withLock { $0.map { ContinuousClock.now - $0 < .seconds(5) } ?? false }
    }

    private static var all: [Lane] { [main] + others.withLock { Array($0.values) } }
    private static var isAnyRunning: Bool { all.contains { $0.running.withLock { $0 != nil } } }

    /// Makes the cells of all lanes leave.
    ///
    /// Code of cells is left at once, and library functions when they return or when they look at the flag. A thread
    /// that waits in the system gets a little longer, then it does not return from its wait.
    static func interruptAll() {
        if isAnyRunning { Interruption.request() }
        recovery_interrupt_others()
        for attempt in 0..<40 {
            var found = recovery_interrupt_tasks(attempt >= 2)
            for lane in all { found = lane.interrupt(force: attempt >= 2) || found }
            guard found else { return }
            usleep(20_000)
        }
    }

    /// Makes the cell of this lane leave; false where none runs.
    private func interrupt(force: Bool) -> Bool {
        Self.lastLeft.withLock { $0 = .now }
        return running.withLock { thread in
            guard let thread else { return false }
            recovery_interrupt(thread, force)
            return true
        }
    }

    /// Ends the cell that started last because of what happened on another thread; false where none runs.
    static func endLatest(as ending: CellEnding) -> Bool {
        let lanes = all.filter { $0.running.withLock { $0 != nil } }
        guard let lane = lanes.max(by: { $0.startedAt.withLock { $0 } < $1.startedAt.withLock { $0 } }) else {
            return false
        }
        lane.verdict.withLock { $0 = $0 ?? ending }
        startThread {
            for attempt in 0..<40 {
                guard lane.verdict.withLock({ $0 != nil }), lane.interrupt(force: attempt >= 1) else { return }
                usleep(20_000)
            }
        }
        return true
    }
}
