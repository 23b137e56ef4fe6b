import Glibc
import Synchronization

/// Starting processes, one at a time: a child that starts while another one's pipe has no mark yet would keep it open.
package enum Spawning {
    private static let turn = Mutex<Void>(())

    /// Runs a closure while no other process starts.
    package static func alone<Value>(_ body: () -> Value) -> Value { turn.withLock { _ in body() } }
}

/// A pipe that children inherit only where they are given it.
package struct Pipe: Sendable {
    package let reading: Int32
    package let writing: Int32

    package init?() {
        var ends: [Int32] = [-1, -1]
        let isOpen = Spawning.alone {
            guard pipe(&ends) == 0 else { return false }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return true
        }
        guard isOpen else { return nil }
        (reading, writing) = (ends[0], ends[1])
    }
}
