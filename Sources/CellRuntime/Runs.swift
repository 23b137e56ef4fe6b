internal import CRecovery
import Synchronization

/// Executions of cells. The tasks, threads and blocks that one starts belong to it: they speak in its name, an interrupt
/// ends them with it, and what goes wrong in them ends no other.
enum Runs {
    /// In whose name a run speaks.
    struct Origin {
        /// The subshell, nil for the main shell.
        let lane: String?
        /// The front end's request.
        let request: String
    }

    private struct State {
        var last: UInt64 = 0
        var origins: [UInt64: Origin] = [:]
    }

    private static let state = Mutex(State())

    /// Begins a run.
    static func begin(_ origin: Origin) -> UInt64 {
        state.withLock { state in
            state.last += 1
            state.origins[state.last] = origin
            // What was started long ago, and still speaks, speaks with the cell that runs.
            if state.last > 512 { state.origins[state.last - 512] = nil }
            return state.last
        }
    }

    /// The number of the run that began last; 0 where none did.
    static var last: UInt64 { state.withLock { $0.last } }

    /// The origin of the run that the calling thread works for.
    static var current: Origin {
        let run = recovery_run()
        return state.withLock { $0.origins[run] }
            ?? Origin(lane: Lane.current.name, request: Lane.current.request)
    }

    /// Where a run came from; nil where that is not known any more.
    static func origin(of run: UInt64) -> Origin? { state.withLock { $0.origins[run] } }
}
