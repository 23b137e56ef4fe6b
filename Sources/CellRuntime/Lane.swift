internal import CRecovery
import Dispatch
import Foundation
import Notebook
import Synchronization
internal import WorkerFrames

/// A thread that runs cells one after another: the main thread for the main shell, one more for each subshell.
final class Lane: Sendable {
    /// The lane of the main shell.
    static let main = Lane(name: nil)
    private static let others = Mutex<[String: Lane]>([:])

    let name: String?
    private let queue = Mutex<[CellOrder]>([])
    private let arrival = DispatchSemaphore(value: 0)
    private let running = Mutex<pthread_t?>(nil)

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

    /// The name of the lane whose cell runs on the calling thread; the main lane's where none does.
    static var currentName: String? { pthread_getspecific(nameKey).map { Unmanaged<Lane>.fromOpaque($0) }?.takeUnretainedValue().name }

    private static let nameKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// Queues a cell.
    func add(_ order: CellOrder) {
        queue.withLock { $0.append(order) }
        if name == nil { MainQueue.wake() } else { arrival.signal() }
    }

    /// Runs the cells of this lane for ever, on the thread that calls.
    func work() -> Never {
        pthread_setspecific(Self.nameKey, Unmanaged.passUnretained(self).toOpaque())
        while true {
            if let order = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                let ending = run(order)
                recovery_flush()
                Worker.channel.send(WorkerReport(lane: name, event: .ended(ending)))
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
        running.withLock { $0 = pthread_self() }
        defer {
            running.withLock { $0 = nil }
            Interruption.request(Self.isAnyRunning && Interruption.isRequested)
        }
        return CellExit.ending(of: entry)
    }

    private static var all: [Lane] { [main] + others.withLock { Array($0.values) } }
    private static var isAnyRunning: Bool { all.contains { $0.running.withLock { $0 != nil } } }

    /// Makes the cells of all lanes leave.
    ///
    /// Code of cells is left at once, and library functions when they return or when they look at the flag. A thread
    /// that waits in the system gets a little longer, then it does not return from its wait.
    static func interruptAll() {
        guard isAnyRunning else { return }
        Interruption.request()
        for attempt in 0..<40 where isAnyRunning {
            for lane in all {
                // The thread cannot end while the lock is held: lanes never do.
                lane.running.withLock { thread in
                    if let thread { recovery_interrupt(thread, attempt >= 2) }
                }
            }
            usleep(20_000)
        }
    }
}
