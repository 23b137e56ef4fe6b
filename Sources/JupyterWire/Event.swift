import Dispatch

/// Something that happens once and that a thread can wait for.
package struct Event: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    package init() {}

    package func signal() { semaphore.signal() }

    /// Waits for the event, at most for the given number of seconds; whether it happened.
    @discardableResult
    package func wait(seconds: Double = .infinity) -> Bool {
        let happened = semaphore.wait(timeout: seconds.isFinite ? .now() + seconds : .distantFuture) == .success
        // Whoever waits next finds it happened too.
        if happened { semaphore.signal() }
        return happened
    }
}
