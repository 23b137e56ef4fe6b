import Synchronization

/// A moment in the life of a cell at which parts of the laboratory put something right.
package final class CellMoment: Sendable {
    /// Before a cell runs: the one before may have been left anywhere.
    package static let start = CellMoment()
    /// After a cell was left half-way: what its functions held on the stack is never released.
    package static let leaving = CellMoment()

    private let actions = Mutex<[@Sendable () -> Void]>([])

    /// Does something at this moment of each cell from now on, on the thread that runs the cell.
    package func always(_ action: @escaping @Sendable () -> Void) { actions.withLock { $0.append(action) } }

    /// Says that the moment has come for the cell of this thread.
    package func announce() {
        for action in actions.withLock({ $0 }) { action() }
    }
}
