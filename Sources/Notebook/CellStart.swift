import Synchronization

/// What parts of the laboratory put right before each cell, because the cell before may have been left anywhere.
package enum CellStart {
    private static let actions = Mutex<[@Sendable () -> Void]>([])

    /// Does something before each cell from now on, on the thread that runs the cell.
    package static func always(_ action: @escaping @Sendable () -> Void) { actions.withLock { $0.append(action) } }

    /// Says that a cell is about to run on this thread.
    package static func announce() {
        for action in actions.withLock({ $0 }) { action() }
    }
}
