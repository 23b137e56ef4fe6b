import Glibc

/// Wakes a thread that polls: a descriptor that is readable from `wake()` to `clear()`.
package struct WakeUp: Sendable {
    package let descriptor: Int32
    private let end: Int32

    package init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "WakeUp: the system has no descriptor left")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, end) = (ends[0], ends[1])
    }

    /// Makes the descriptor readable. Safe in a signal handler.
    package func wake() {
        var byte: UInt8 = 0
        _ = write(end, &byte, 1)
    }

    package func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) == bytes.count {}
    }
}
