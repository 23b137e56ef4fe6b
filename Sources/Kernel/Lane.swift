import Synchronization

/// Requests that are handled one after another: those of the main shell, of a subshell, or the questions about code.
package final class Lane: Sendable {
    /// A request in its lane.
    package struct Turn: Sendable {
        package let exchange: Exchange
        /// Whether an earlier cell failed after this request was sent, so that it is not to run.
        package let isAborted: Bool
    }

    private struct State {
        var waiting: ArraySlice<Exchange> = []
        /// How many of those that wait are not to run.
        var aborted = 0
        /// How many of those that wait did so already when the lane was interrupted.
        var interrupted = 0
        var isBusy = false
    }

    /// The subshell's identifier; nil for the main shell.
    package let id: String?
    private let state = Mutex(State())
    private let handle: @Sendable (Turn, Lane) async -> Void
    private let foresee: @Sendable (Exchange) -> Void

    /// A lane that gives its requests to a closure.
    ///
    /// - Parameters:
    ///   - foresee: hears which request comes next while another one is handled.
    ///   - handle: handles a request; the next one waits until it returns.
    package init(
        id: String? = nil, foresee: @escaping @Sendable (Exchange) -> Void = { _ in },
        handle: @escaping @Sendable (Turn, Lane) async -> Void
    ) {
        self.id = id
        self.foresee = foresee
        self.handle = handle
    }

    /// Puts a request at the end of the lane.
    package func add(_ exchange: Exchange) {
        enum Consequence { case start, foresee, none }
        let consequence: Consequence = state.withLock { state in
            state.waiting.append(exchange)
            guard state.isBusy else {
                state.isBusy = true
                return .start
            }
            return state.waiting.count == 1 ? .foresee : .none
        }
        switch consequence {
        case .start: Task { await work() }
        case .foresee: foresee(exchange)
        case .none: break
        }
    }

    /// Marks the requests that wait now as not to be run.
    package func abortWaiting() {
        state.withLock { $0.aborted = $0.waiting.count }
    }

    /// Notes which requests wait when the running one is interrupted.
    package func noteInterrupt() {
        state.withLock { $0.interrupted = $0.waiting.count }
    }

    /// Marks the requests that waited at the interrupt as not to be run. What a client has sent since then, it wants.
    package func abortInterrupted() {
        state.withLock { $0.aborted = max($0.aborted, $0.interrupted) }
    }

    private func work() async {
        while true {
            let (turn, next) = state.withLock { state -> (Turn?, Exchange?) in
                guard let exchange = state.waiting.popFirst() else {
                    state.isBusy = false
                    return (nil, nil)
                }
                let isAborted = state.aborted > 0
                if isAborted { state.aborted -= 1 }
                if state.interrupted > 0 { state.interrupted -= 1 }
                return (Turn(exchange: exchange, isAborted: isAborted), isAborted ? nil : state.waiting.first)
            }
            guard let turn else { return }
            if let next { foresee(next) }
            await handle(turn, self)
        }
    }
}
