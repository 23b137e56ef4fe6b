import Foundation

/// By which angles rotary positions turn queries and keys: place i of a head by base^(-2i/width) from one position to the
/// next (Su et al. 2021).
public struct RotaryAngles: Hashable, Sendable {
    /// A way to make angles smaller, so that a model reads longer texts than it was first trained on.
    public enum Scaling: Hashable, Sendable {
        /// All angles divided by a factor (Chen et al. 2023).
        case linear(factor: Double)
        /// Llama 3's way: angles that turn less than `low` times in the original context are divided by a factor, those
        /// that turn more than `high` times stay, and between them one passes into the other.
        case llama3(factor: Double, low: Double, high: Double, originalContext: Double)
        /// A divisor for each angle, as GGUF files hold them.  // [width/2]
        case divisors([Double])
    }

    /// The base of the powers.
    public var base: Double
    /// How the angles are made smaller, if they are.
    public var scaling: Scaling?

    /// Angles of a base; a factor that they are made smaller by, where there is one.
    public init(base: Double = 10_000, scaling: Scaling? = nil) { (self.base, self.scaling) = (base, scaling) }

    /// The angle from one position to the next, for each place.  // [width/2]
    func steps(headWidth: Int) -> [Double] {
        (0..<headWidth / 2).map { place in
            let step = pow(base, -2 * Double(place) / Double(headWidth))
            switch scaling {
            case nil: return step
            case .linear(let factor)?: return step / factor
            case .divisors(let divisors)?: return step / divisors[place]
            case .llama3(let factor, let low, let high, let context)?:
                let turns = context * step / (2 * .pi)
                if turns < low { return step / factor }
                if turns > high { return step }
                let share = (turns - low) / (high - low)
                return (1 - share) * step / factor + share * step
            }
        }
    }

    /// What makes no sense about these angles.
    func problem(headWidth: Int) -> String? {
        func isFactor(_ number: Double) -> Bool { number > 0 && number.isFinite }
        guard base >= 1 && base.isFinite else { return "the rotary base is \(base)" }
        switch scaling {
        case nil: return nil
        case .linear(let factor)?: return isFactor(factor) ? nil : "the rotary factor is \(factor)"
        case .divisors(let divisors)?:
            return divisors.count == headWidth / 2 && divisors.allSatisfy(isFactor)
                ? nil : "\(divisors.count) rotary divisors do not fit heads of width \(headWidth)"
        case .llama3(let factor, let low, let high, let context)?:
            return [factor, low, high, context].allSatisfy(isFactor) && low < high
                ? nil : "the rotary factors are \(factor), \(low), \(high) for a context of \(context)"
        }
    }
}
