import Synchronization

/// Stops the running cell with one line, for a mistake in a person's program that no value could stand for.
///
/// The line names the operation and what did not fit: `matmul: [16, 256, 128] x [256, 512] - the inner sizes 128 and
/// 256 differ`. The worker leaves the cell and adds where it happened; a program without a notebook ends.
package func stopCell(_ message: String) -> Never {
    Reader.current.stop(message)
}

/// Stops the running cell with one line unless the condition holds.
///
/// Unlike `precondition`, which says nothing in an optimised build, the person reads the message.
@inline(__always)
package func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { stopCell(message()) }
}

/// A person's wish to stop what runs.
public enum Interruption {
    private static let flag = Atomic<Bool>(false)

    /// Whether the cell that the calling thread works for is to stop.
    @inline(__always)
    public static var isRequested: Bool { isWanted && Reader.current.isToStop }

    /// Whether any cell is to stop.
    package static var isWanted: Bool { flag.load(ordering: .relaxed) }

    /// Asks the running cell to stop, or takes the wish back.
    package static func request(_ wanted: Bool = true) { flag.store(wanted, ordering: .relaxed) }

    /// Leaves the cell if the person wants it to stop. Long operations call it where no lock is held: once a step of
    /// training, once an operation on large tensors.
    @inline(__always)
    package static func check() {
        if isRequested { Reader.current.leave() }
    }
}
