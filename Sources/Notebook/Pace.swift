/// How far a long piece of work is, how fast it goes and how long it will still take.
package struct Pace: Sendable {
    /// The units of work done.
    package private(set) var done: Double = 0
    /// The units of work in all, where they are known.
    package let total: Double?
    private let start: ContinuousClock.Instant
    private var latest: ContinuousClock.Instant
    private var rate: Double?

    /// Work that starts now.
    package init(total: Double? = nil) {
        self.total = total.flatMap { $0 > 0 ? $0 : nil }
        start = .now
        latest = start
    }

    /// Records how much is done in all.
    ///
    /// The rate is a moving average over about ten seconds, so that a pause shows but does not rule.
    package mutating func reach(_ done: Double, at now: ContinuousClock.Instant = .now) {
        let seconds = (now - latest).seconds
        guard seconds > 0 else {
            self.done = done
            return
        }
        let current = (done - self.done) / seconds
        let weight = min(1, max(seconds / 10, seconds / max(elapsed(at: now), 1e-9)))
        rate = rate.map { $0 + (current - $0) * weight } ?? current
        (self.done, latest) = (done, now)
    }

    /// The share that is done, from 0 to 1.
    package var share: Double? { total.map { min(max(done / $0, 0), 1) } }

    /// Units of work a second, lately.
    package var perSecond: Double { rate ?? 0 }

    /// Seconds since the start.
    package func elapsed(at now: ContinuousClock.Instant = .now) -> Double { (now - start).seconds }

    /// The seconds that the rest will take, where they can be foretold.
    package var secondsLeft: Double? {
        guard let total, let rate, rate > 0 else { return nil }
        return max(0, total - done) / rate
    }
}

extension Duration {
    /// The duration in seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

/// A time for people: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
package func written(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown" }
    if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s") }
    return "\(whole / 3600) h" + (whole % 3600 / 60 == 0 ? "" : " \(whole % 3600 / 60) min")
}

/// A count for people, its thousands apart: `12,345`.
package func written(count: Int) -> String {
    var text = ""
    for (index, digit) in String(abs(count)).reversed().enumerated() {
        if index > 0, index.isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return (count < 0 ? "-" : "") + String(text.reversed())
}
