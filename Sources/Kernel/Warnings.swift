import Logging
import Synchronization

/// Warnings about what clients send: a flood of them does not become a flood in the log.
package final class Warnings: Sendable {
    private struct State {
        var period: ContinuousClock.Instant?
        var count = 0
    }

    /// How many warnings a period has; further ones are counted.
    package static let most = 10
    private static let period = Duration.seconds(10)
    /// How much of a text that a client may have chosen is logged, in characters.
    private static let longestText = 200

    private let log: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    package init(_ log: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.log = log
        self.now = now
    }

    /// Logs a warning, or counts it where there were many lately.
    package func warn(_ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        let now = now()
        let (isLogged, left) = state.withLock { state in
            var left = 0
            if state.period.map({ now - $0 >= Self.period }) ?? true {
                left = max(0, state.count - Self.most)
                state = State(period: now)
            }
            state.count += 1
            return (state.count <= Self.most, left)
        }
        if left > 0 { log.warning("many warnings", metadata: ["not logged": "\(left)"]) }
        guard isLogged else { return }
        log.warning(message, metadata: metadata.mapValues { "\("\($0)".prefix(Self.longestText))" })
    }
}
