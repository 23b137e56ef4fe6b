import FoundationEssentials
import Glibc
import JupyterWire

/// Watches for what can end or interrupt the kernel from outside: signals, and the death of the process that started it.
enum Lifeline {
    private static let wakeUp = WakeUp()
    private nonisolated(unsafe) static var interrupts: sig_atomic_t = 0
    private nonisolated(unsafe) static var terminations: sig_atomic_t = 0

    /// Starts to watch.
    ///
    /// - Parameters:
    ///   - parent: the process whose death ends the kernel, as `JPY_PARENT_PID` names it.
    ///   - interrupt: what SIGINT does.
    ///   - end: what SIGTERM, SIGHUP and the parent's death do; it gets the reason.
    static func watch(
        parent: Int32?, interrupt: @escaping @Sendable () -> Void, end: @escaping @Sendable (String) -> Void
    ) {
        _ = wakeUp
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT) { _ in
            Lifeline.interrupts = 1
            Lifeline.wakeUp.wake()
        }
        for termination in [SIGTERM, SIGHUP] {
            signal(termination) { _ in
                Lifeline.terminations = 1
                Lifeline.wakeUp.wake()
            }
        }
        let started = getppid()
        // A parent in another namespace cannot be seen; then only the process that is ours counts.
        let visible = parent.flatMap { kill($0, 0) == 0 ? $0 : nil }
        startThread {
            while true {
                var descriptor = pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0)
                // Only somebody who names a parent wants its death watched; then a look twice a second is enough.
                poll(&descriptor, 1, parent == nil ? -1 : 500)
                wakeUp.clear()
                if interrupts != 0 {
                    interrupts = 0
                    interrupt()
                }
                if terminations != 0 { return end("a signal asks the kernel to end") }
                // Behind a wrapper the process that named itself is not the one that started this one.
                let isOrphan = parent != nil && getppid() != started
                let isForsaken = visible.map { kill($0, 0) != 0 && errno == ESRCH } ?? false
                if isOrphan || isForsaken { return end("the process that started the kernel has ended") }
            }
        }
    }
}
