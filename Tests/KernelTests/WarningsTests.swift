import Kernel
import Logging
import Synchronization
import Testing

@Suite struct WarningsTests {
    /// Keeps what is logged.
    private struct Ledger: LogHandler {
        final class Lines: Sendable { let all = Mutex<[String]>([]) }
        let lines = Lines()
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) {
            lines.all.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }

    @Test func aFloodOfWarningsIsCounted() {
        let ledger = Ledger()
        let clock = Mutex(ContinuousClock.now)
        let warnings = Warnings(Logger(label: "test", factory: { _ in ledger })) { clock.withLock { $0 } }
        for _ in 0..<1000 { warnings.warn("dropped", ["reason": "wrong signature"]) }
        #expect(ledger.lines.all.withLock(\.count) == Warnings.most)
        clock.withLock { $0 += .seconds(11) }
        warnings.warn("dropped", ["reason": "\(String(repeating: "x", count: 100_000))"])
        let last = ledger.lines.all.withLock { $0.suffix(2) }
        #expect(last.first?.contains("990") == true)
        #expect(last.last.map { $0.utf8.count < 300 } == true)
    }
}
