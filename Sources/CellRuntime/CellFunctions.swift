internal import CRecovery
import Foundation
import Notebook
import Synchronization
internal import WorkerFrames

// What the rewrites of a cell call. The names are for the compiler only.

/// Shows the value of a cell's last expression. What has no value to look at shows nothing.
///
/// One function for all, so that it adds no choice of overloads to the person's expression.
public func __show<Shown>(_ value: Shown) {
    if value is Void || value is any SilentResult { return }
    recovery_flush()
    let bundle = MIMEBundle(showing: value)
    Worker.say(.result(bundle))
}

/// Names the type of a cell's last expression, whose value can be shown by no function: it cannot be copied, or not be
/// kept. The name is as long as that of `__show`, so that the columns of what follows are the same.
public func __kind<Value: ~Copyable & ~Escapable>(_ value: borrowing Value) {
    recovery_flush()
    let text = "\(Value.self) (this value cannot be shown; its properties can)"
    Worker.send(WorkerReport(lane: Lane.current.name, event: .result(MIMEBundle(["text/plain": text]))))
}

/// Prints values below the cell, as the standard library's function does. Standard output is not closed to others while
/// they describe themselves, and gets one piece of text.
public func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
    Swift.print(items.map { String(describing: $0) }.joined(separator: separator) + terminator, terminator: "")
}

/// A value that a cell may end with without showing it: a display has shown itself, a task runs on its own.
private protocol SilentResult {}
extension DisplayHandle: SilentResult {}
extension Task: SilentResult {}

/// Notes that a top-level statement begins: where the cell stops before its end, later cells still see what came before.
public func __reach(_ statement: Int) { recovery_reach(statement) }

/// Ends the cell, whose other statements do not run.
public func __endCell() -> Never { CellExit.leave(.returned) }

/// Starts what a cell's `async let` computes.
public func __start<Value>(_ body: @escaping () async throws -> Value) -> Task<Value, any Error> {
    nonisolated(unsafe) let body = body
    return Task.detached { try await body() }
}

/// Waits for what a cell awaits.
public func __wait<Value>(_ body: @escaping () async -> Value) -> Value {
    let waiting = Waiting<Value>()
    nonisolated(unsafe) let body = body
    waiting.task = Task.detached { waiting.end(.success(await body())) }
    return waiting.result().success
}

/// Waits for what a cell awaits, and passes its error on.
public func __waitThrowing<Value>(_ body: @escaping () async throws -> Value) throws -> Value {
    let waiting = Waiting<Value>()
    nonisolated(unsafe) let body = body
    waiting.task = Task.detached {
        do { waiting.end(.success(try await body())) } catch { waiting.end(.failure(error)) }
    }
    return try waiting.result().get()
}

/// Runs what belongs to the main actor, here and now: the main shell's cells are on its thread, and those of subshells
/// are there to look at what a busy cell has in hand.
public func __onMainActor<Value: ~Copyable>(_ body: @MainActor () throws -> Value) rethrows -> Value {
    try withoutActuallyEscaping(body) { body in
        try unsafeBitCast(body, to: (() throws -> Value).self)()
    }
}

extension Result where Failure == any Error {
    fileprivate var success: Success {
        switch self {
        case .success(let value): value
        case .failure(let error): stopCell("\(error)")
        }
    }
}

/// A thread's wait for a task. On the main thread the main actor's jobs run meanwhile, so that a task that needs it
/// does not wait for ever.
private final class Waiting<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var outcome: Result<Value, any Error>?
    private let semaphore = DispatchSemaphore(value: 0)
    private let isMain = pthread_equal(pthread_self(), mainThread) != 0
    var task: Task<Void, Never>?

    func end(_ result: Result<Value, any Error>) {
        lock.withLock { outcome = result }
        if isMain { MainQueue.wake() } else { semaphore.signal() }
    }

    func result() -> Result<Value, any Error> {
        while true {
            if let outcome = lock.withLock({ outcome }) {
                recovery_has_ended()
                return outcome
            }
            if Interruption.isRequested {
                task?.cancel()
                Interruption.check()
            }
            if isMain { MainQueue.waitAndRun() } else { _ = semaphore.wait(timeout: .now() + .milliseconds(20)) }
        }
    }
}

/// Cells that are not in a subshell run here.
private let mainThread = Worker.mainThread
