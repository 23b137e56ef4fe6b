import Networks
import Notebook
import Tensors

/// Adam with decoupled weight decay (Loshchilov and Hutter 2017).
///
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², w ← w - rate (m̂ / (√v̂ + ε) + decay w), where m̂ and v̂ are corrected
/// for starting at 0. Matrices decay; gains and biases do not.
///
/// ```swift
/// let adam = AdamW(model, rate: 3e-4)
/// loss.backward()
/// adam.step()
/// ```
public final class AdamW {
    /// The learning rate of each step.
    public let schedule: Schedule
    /// How far weights shrink towards 0 in a step, relative to the rate.
    public let weightDecay: Float
    /// How slowly the means of gradients and of their squares forget.
    public let betas: (Float, Float)
    /// What keeps the divisor from 0.
    public let epsilon: Float
    /// The greatest norm that all gradients together may have; larger ones are scaled down.
    public let clipNorm: Float?
    /// How many steps the run has, for schedules that end.
    public var totalSteps: Int?
    /// How many steps were taken.
    public package(set) var stepCount = 0
    /// The norm of all gradients in the last step, before it was clipped.
    public private(set) var gradientNorm: Float = 0
    /// The means of gradients and of their squares, a pair for each parameter.
    package var moments: [(mean: Tensor, square: Tensor)] = []
    package private(set) var parameters: [Parameter] = []

    /// An optimizer of a run that the training loop gives its model.
    public init(
        _ schedule: Schedule, weightDecay: Float = 0.1, betas: (Float, Float) = (0.9, 0.95), epsilon: Float = 1e-8,
        clippingTo clipNorm: Float? = nil
    ) {
        self.schedule = schedule
        self.weightDecay = weightDecay
        self.betas = betas
        self.epsilon = epsilon
        self.clipNorm = clipNorm
    }

    /// An optimizer of a run that the training loop gives its model, at one rate: `AdamW(rate: 1e-3)`.
    public convenience init(
        rate: Float, weightDecay: Float = 0.1, betas: (Float, Float) = (0.9, 0.95), epsilon: Float = 1e-8,
        clippingTo clipNorm: Float? = nil
    ) {
        self.init(.constant(rate), weightDecay: weightDecay, betas: betas, epsilon: epsilon, clippingTo: clipNorm)
    }

    /// An optimizer of a model's weights at one rate, which clips gradients to norm 1 unless told otherwise.
    public convenience init(
        _ model: any Layer, rate: Schedule, weightDecay: Float = 0.1, betas: (Float, Float) = (0.9, 0.95),
        epsilon: Float = 1e-8, clippingTo clipNorm: Float? = 1
    ) {
        self.init(rate, weightDecay: weightDecay, betas: betas, epsilon: epsilon, clippingTo: clipNorm)
        attach(to: model)
    }

    /// Takes over a model's parameters, and starts their means at 0.
    package func attach(to model: any Layer) {
        parameters = model.parameters
        moments = parameters.map { (Tensor(zeros: $0.shape), Tensor(zeros: $0.shape)) }
        stepCount = 0
    }

    /// The learning rate of the next step.
    public var rate: Float { schedule.rate(at: stepCount, of: totalSteps) }

    /// Clips the gradients, changes the weights by them, and forgets them.
    ///
    /// - Parameter clipNorm: the greatest norm of all gradients together, if it is not the optimizer's own.
    public func step(clippingTo clipNorm: Float? = nil) {
        require(!parameters.isEmpty, "AdamW: it has no model - create it with AdamW(model, rate: 3e-4)")
        Interruption.check()
        gradientNorm = norm(of: parameters.compactMap(\.gradient))
        let limit = clipNorm ?? self.clipNorm ?? .infinity
        let scale = gradientNorm > limit ? limit / (gradientNorm + 1e-6) : 1
        let rate = rate
        stepCount += 1
        let update = AdamWUpdate(
            rate: rate, betas: betas, epsilon: epsilon, step: stepCount, gradientScale: scale)
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = parameter.gradient, !parameter.isFrozen else { continue }
            let decay = parameter.shape.rank >= 2 ? weightDecay : 0
            parameter.update { weights in
                update.apply(to: weights, gradient: gradient, moments: &moments[index], decay: decay)
            }
            parameter.gradient = nil
        }
    }
}

/// Scales the gradients of a model down to a norm, if theirs is greater, for an optimizer of one's own.
///
/// - Returns: the norm of all gradients together before.
@discardableResult
public func clipGradients(of model: any Layer, toNorm limit: Float) -> Float {
    let parameters = model.parameters
    let total = norm(of: parameters.compactMap(\.gradient))
    if total > limit {
        for parameter in parameters { parameter.gradient = parameter.gradient.map { $0 * (limit / (total + 1e-6)) } }
    }
    return total
}
