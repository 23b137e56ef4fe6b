import Foundation

/// The learning rate of each step of training.
public enum Schedule: Hashable, Sendable, ExpressibleByFloatLiteral {
    /// The same rate always.
    case constant(Float)
    /// Up evenly to the peak over the first steps, then the same rate.
    case warmup(peak: Float, warmup: Int)
    /// Up evenly to the peak over the first steps, then down half a cosine to a fraction of it at the last step.
    case cosine(peak: Float, warmup: Int, final: Float)

    public init(floatLiteral value: Float) { self = .constant(value) }

    /// Up evenly to the peak over the first steps, then down half a cosine to a tenth of it at the last step.
    public static func warmupCosine(peak: Float, warmup: Int, final: Float = 0.1) -> Schedule {
        .cosine(peak: peak, warmup: warmup, final: final)
    }

    /// The rate of a step, counted from 0, of a run of `total` steps; without a total the rate stays at the peak.
    public func rate(at step: Int, of total: Int?) -> Float {
        switch self {
        case .constant(let rate):
            return rate
        case .warmup(let peak, let warmup):
            return step < warmup ? peak * Float(step + 1) / Float(warmup) : peak
        case .cosine(let peak, let warmup, let final):
            if step < warmup { return peak * Float(step + 1) / Float(warmup) }
            guard let total, total > warmup else { return peak }
            let progress = min(1, Float(step - warmup) / Float(max(1, total - 1 - warmup)))
            return peak * (final + (1 - final) * 0.5 * (1 + cos(.pi * progress)))
        }
    }
}
