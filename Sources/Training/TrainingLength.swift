/// How long a training goes on.
public struct TrainingLength: Hashable, Sendable {
    enum Measure: Hashable, Sendable {
        case tokens(Int)
        case steps(Int)
        case epochs(Double)
        case seconds(Double)
    }

    let measure: Measure

    /// Until the model has seen so many tokens.
    public static func tokens(_ count: Int) -> TrainingLength { TrainingLength(measure: .tokens(count)) }
    /// For so many updates of the weights.
    public static func steps(_ count: Int) -> TrainingLength { TrainingLength(measure: .steps(count)) }
    /// Until the model has seen all stories so many times.
    public static func epochs(_ count: Double) -> TrainingLength { TrainingLength(measure: .epochs(count)) }
    /// For so many minutes; schedules that end follow the pace, so such a run is not repeated to the bit.
    public static func minutes(_ count: Double) -> TrainingLength { TrainingLength(measure: .seconds(count * 60)) }
    /// For so many seconds; schedules that end follow the pace, so such a run is not repeated to the bit.
    public static func seconds(_ count: Double) -> TrainingLength { TrainingLength(measure: .seconds(count)) }

    /// How many steps a run has, foretold from its pace where a time was asked for.
    func steps(tokensPerStep: Int, tokensPerEpoch: Int, taken: Int, elapsed: Double) -> Int {
        func rounded(_ tokens: Double) -> Int {
            let steps = (tokens / Double(max(1, tokensPerStep))).rounded(.up)
            return steps.isFinite ? max(1, Int(min(steps, 1e15))) : 1
        }
        switch measure {
        case .tokens(let count): return rounded(Double(count))
        case .steps(let count): return max(1, count)
        case .epochs(let count): return rounded(count * Double(tokensPerEpoch))
        case .seconds(let seconds):
            guard taken > 0, elapsed > 0 else { return .max }
            return taken + max(elapsed < seconds ? 1 : 0, Int(Double(taken) * (seconds - elapsed) / elapsed))
        }
    }
}

/// How often something happens while a model is trained.
public struct Interval: Hashable, Sendable, ExpressibleByIntegerLiteral {
    enum Measure: Hashable, Sendable {
        case steps(Int)
        case seconds(Double)
    }

    let measure: Measure

    /// After every so many updates of the weights.
    public static func steps(_ count: Int) -> Interval { Interval(measure: .steps(max(1, count))) }
    /// Whenever so many minutes have passed.
    public static func minutes(_ count: Double) -> Interval { Interval(measure: .seconds(count * 60)) }
    /// Whenever so many seconds have passed.
    public static func seconds(_ count: Double) -> Interval { Interval(measure: .seconds(count)) }

    public init(integerLiteral steps: Int) { self = .steps(steps) }
    private init(measure: Measure) { self.measure = measure }
}

/// When something that happens again and again is due.
struct Timetable {
    private let interval: Interval
    private var latest: ContinuousClock.Instant = .now

    init(_ interval: Interval) { self.interval = interval }

    /// Whether it is due after a step; if so, it counts as done.
    mutating func isDue(after step: Int) -> Bool {
        switch interval.measure {
        case .steps(let count): return step.isMultiple(of: count)
        case .seconds(let seconds):
            guard ContinuousClock.now - latest >= .seconds(seconds) else { return false }
            latest = .now
            return true
        }
    }
}
