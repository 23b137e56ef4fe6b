import Foundation
import Notebook
internal import CProcessor
import Synchronization

/// How many processor cores the laboratory computes on.
public enum Threads {
    /// The number of threads that share an operation: one a core, until it is set.
    public static var count: Int {
        get { WorkerPool.shared.width.load(ordering: .relaxed) }
        set {
            require(newValue >= 1, "Threads.count: \(newValue) - at least one thread computes")
            WorkerPool.shared.width.store(min(newValue, Processor.coreCount), ordering: .relaxed)
        }
    }
}

/// Calls `body` once for each of `count` independent tasks, on all cores.
///
/// Each worker takes the tasks of its own share in order, then what others have left of theirs: the rows that a core
/// computed in one operation are in its cache for the next. `body` gets the task and the worker it runs on
/// (`0..<Threads.count`, for scratch memory). Inside a task, or while another thread computes, tasks run one after the
/// other.
///
/// - Parameter mayStop: whether the cell may be left before all tasks have run, because nobody sees what they made.
@inline(__always)
package func parallel(_ count: Int, mayStop: Bool = false, _ body: (_ task: Int, _ worker: Int) -> Void) {
    if count == 1 { body(0, 0) } else if count > 0 { WorkerPool.shared.run(count, mayStop, body) }
}

/// Splits `0..<count` into one range a worker, unless a range would be shorter than `grain`.
@inline(__always)
package func parallelRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    let parts = max(1, min(Threads.count, count / max(1, grain)))
    if parts == 1 {
        body(0..<count)
    } else {
        parallel(parts) { part, _ in body(count * part / parts..<count * (part + 1) / parts) }
    }
}

/// One thread a core beside the one that asks. Workers spin for some microseconds between operations, then sleep.
///
/// No lock is held while a task runs, and nothing leaves a cell from inside a task.
package final class WorkerPool: Sendable {
    package static let shared = WorkerPool()

    let width = Atomic(Processor.coreCount)
    private let busy = Atomic(false)
    /// The number of the current operation, and in the low bits how many workers share it.
    private let generation = Atomic(0)
    /// The next task of each worker's share, a line of the cache apart.
    nonisolated(unsafe) private let nextTasks: UnsafeMutablePointer<Atomic<Int>>
    private let running = Atomic(0)
    private let sleepers = Atomic(0)
    nonisolated(unsafe) private var started = 0
    nonisolated(unsafe) private var task: UnsafeRawPointer?
    nonisolated(unsafe) private var taskCount = 0
    /// In how many shares the tasks are cut.
    nonisolated(unsafe) private var shareCount = 1
    nonisolated(unsafe) private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    nonisolated(unsafe) private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private typealias Body = (Int, Int) -> Void

    private init() {
        nextTasks = .allocate(capacity: Processor.coreCount * Self.line)
        for place in 0..<Processor.coreCount * Self.line { (nextTasks + place).initialize(to: Atomic(0)) }
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
    }

    package func run(_ count: Int, _ mayStop: Bool, _ body: (Int, Int) -> Void) {
        let width = width.load(ordering: .relaxed)
        guard width > 1, busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            for index in 0..<count {
                if mayStop { Interruption.check() }
                body(index, 0)
            }
            return
        }
        startWorkers(width - 1)
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pointer in
                task = UnsafeRawPointer(pointer)
                taskCount = count
                let participants = min(width, count)
                shareCount = participants
                for owner in 0..<participants {
                    nextTask(of: owner).pointee.store(share(of: owner).lowerBound, ordering: .relaxed)
                }
                running.store(participants - 1, ordering: .relaxed)
                let number = generation.load(ordering: .relaxed) >> 16 &+ 1
                generation.store(number << 16 | participants, ordering: .sequentiallyConsistent)
                if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                    pthread_mutex_lock(mutex)
                    pthread_cond_broadcast(wake)
                    pthread_mutex_unlock(mutex)
                }
                work(as: 0, mayStop)
                var waited = 0
                while running.load(ordering: .acquiring) > 0 { waited = pause(waited) }
            }
        }
        busy.store(false, ordering: .releasing)
        if mayStop { Interruption.check() }
    }

    private func work(as worker: Int, _ mayStop: Bool = false) {
        guard let task else { return }
        let body = task.assumingMemoryBound(to: Body.self).pointee
        for turn in 0..<shareCount {
            let owner = (worker + turn) % shareCount
            let end = share(of: owner).upperBound
            while true {
                let index = nextTask(of: owner).pointee.add(1, ordering: .relaxed).oldValue
                if index >= end { break }
                if mayStop, Interruption.isRequested {
                    for owner in 0..<shareCount { nextTask(of: owner).pointee.store(taskCount, ordering: .relaxed) }
                    return
                }
                body(index, worker)
            }
        }
    }

    private func share(of worker: Int) -> Range<Int> {
        taskCount * worker / shareCount..<taskCount * (worker + 1) / shareCount
    }

    private func nextTask(of worker: Int) -> UnsafeMutablePointer<Atomic<Int>> { nextTasks + worker * Self.line }

    private static let line = 64 / MemoryLayout<Atomic<Int>>.stride

    private func startWorkers(_ count: Int) {
        while started < count {
            started += 1
            let worker = started
            let seen = generation.load(ordering: .relaxed)
            let thread = Thread { [self] in serve(as: worker, from: seen) }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    private func serve(as worker: Int, from start: Int) {
        Reader.current.serveAllCells()
        var seen = start
        while true {
            seen = waitForWork(after: seen)
            guard worker < seen & 0xffff else { continue }
            work(as: worker)
            running.subtract(1, ordering: .releasing)
        }
    }

    private func waitForWork(after seen: Int) -> Int {
        for _ in 0..<4000 {
            let current = generation.load(ordering: .acquiring)
            if current != seen { return current }
            relax()
        }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        pthread_mutex_lock(mutex)
        while generation.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wake, mutex) }
        pthread_mutex_unlock(mutex)
        sleepers.subtract(1, ordering: .relaxed)
        return generation.load(ordering: .acquiring)
    }

    /// Waits a moment for the other workers; after a while lets others have the core, for it may be theirs.
    private func pause(_ waited: Int) -> Int {
        if waited > 20_000 { sched_yield() } else { relax() }
        return waited + 1
    }

    @inline(__always)
    private func relax() { martlet_relax() }
}
