import Foundation

/// How values become distances along an axis.
public struct Scale: Sendable {
    /// The rule by which values become distances.
    public enum Kind: Hashable, Sendable {
        /// Equal differences are equal distances.
        case linear
        /// Equal ratios are equal distances; only values above zero have a place.
        case logarithmic
    }

    /// The values from one end to the other.
    public let domain: ClosedRange<Double>
    /// The places of the domain's ends, in pixels; the first may be the larger.
    public let range: (from: Double, to: Double)
    /// The rule by which values become distances.
    public let kind: Kind

    private let start: Double
    private let perUnit: Double

    /// A scale from values to pixels. A domain without extent, or one that its kind has no place for, is widened.
    public init(_ domain: ClosedRange<Double>, to range: (from: Double, to: Double), kind: Kind = .linear) {
        self.domain = Scale.usable(domain, kind)
        self.range = range
        self.kind = kind
        let (low, high) = (kind.measure(self.domain.lowerBound), kind.measure(self.domain.upperBound))
        start = low
        perUnit = (range.to - range.from) / (high - low)
    }

    /// The place of a value in pixels; not finite where the scale has no place for it.
    public func callAsFunction(_ value: Double) -> Double {
        range.from + (kind.measure(value) - start) * perUnit
    }

    private static func usable(_ domain: ClosedRange<Double>, _ kind: Kind) -> ClosedRange<Double> {
        let limit = 1e300
        var (low, high) = (min(max(domain.lowerBound, -limit), limit), min(max(domain.upperBound, -limit), limit))
        switch kind {
        case .linear:
            if !(high - low > max(abs(low), abs(high)) * 1e-12) {
                let margin = low == 0 ? 1 : abs(low) * 0.1
                (low, high) = (low - margin, high + margin)
            }
        case .logarithmic:
            if !(high > 0) { (low, high) = (0.1, 1) }
            if !(low > 0) { low = min(high / 1000, 1) }
            if !(high / low > 1.000_001) { (low, high) = (low / 2, high * 2) }
        }
        return low...high
    }
}

extension Scale.Kind {
    /// The value in units that are equal distances apart.
    func measure(_ value: Double) -> Double {
        switch self {
        case .linear: value
        case .logarithmic: value > 0 ? log10(value) : .nan
        }
    }

    /// Whether a value has a place on such a scale.
    func places(_ value: Double) -> Bool {
        value.isFinite && (self == .linear || value > 0)
    }
}

extension Scale {
    /// Round values inside the domain, about as many as asked for.
    public func ticks(about count: Int) -> [Tick] {
        kind == .logarithmic ? powers(about: count) : Scale.steps(in: domain, about: count)
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    static func steps(in domain: ClosedRange<Double>, about count: Int) -> [Tick] {
        let step = roundStep(in: domain, about: count)
        let first = (domain.lowerBound / step - 1e-9).rounded(.up)
        let last = (domain.upperBound / step + 1e-9).rounded(.down)
        guard first.isFinite, last.isFinite, last >= first, last - first < 1000 else { return [] }
        return stride(from: first, through: last, by: 1).map { multiple in
            Tick(multiple * step, Numeral.tick(multiple * step, step: step))
        }
    }

    /// The multiple of 1, 2 or 5 times a power of ten that cuts a domain into about so many parts.
    static func roundStep(in domain: ClosedRange<Double>, about count: Int) -> Double {
        let exact = (domain.upperBound - domain.lowerBound) / Double(max(1, count))
        guard exact > 0, exact.isFinite else { return 1 }
        let power = pow(10, floor(log10(exact)))
        let error = exact / power
        return power * (error >= 7.07 ? 10 : error >= 3.16 ? 5 : error >= 1.41 ? 2 : 1)
    }

    private func powers(about count: Int) -> [Tick] {
        let (low, high) = (log10(domain.lowerBound), log10(domain.upperBound))
        if high - low < 1 {
            let inside = Scale.steps(in: domain, about: count)
            if inside.count > 1 { return inside }
        }
        let factors: [Double] =
            high - low > Double(count) / 2 ? [1] : high - low > Double(count) / 3 ? [1, 3] : [1, 2, 5]
        let every = max(1, Int(((high - low) / Double(max(1, count))).rounded(.up)))
        var ticks: [Tick] = []
        for exponent in Int(floor(low))...Int(ceil(high)) where exponent.isMultiple(of: every) {
            for factor in factors {
                let value = factor * pow(10, Double(exponent))
                if value >= domain.lowerBound * 0.999_999, value <= domain.upperBound * 1.000_001 {
                    ticks.append(Tick(value, Numeral.brief(value)))
                }
            }
        }
        return ticks
    }
}
