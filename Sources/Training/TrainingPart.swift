import Networks
import Notebook
import Stories
import Tensors

/// Something that takes part in a training: an optimizer, a limit, a measurement, a checkpoint, or a part of one's own.
///
/// ```swift
/// struct Announce: TrainingPart {
///     func afterStep(of training: Training) { if training.step % 1000 == 0 { print(training.step) } }
/// }
/// ```
public protocol TrainingPart {
    /// Called once, before the first step.
    func begin(_ training: Training) throws
    /// Called after each update of the weights.
    func afterStep(of training: Training) throws
    /// Called once, after the last step of a training that was neither stopped nor interrupted.
    func end(_ training: Training) throws
}

extension TrainingPart {
    public func begin(_ training: Training) throws {}
    public func afterStep(of training: Training) throws {}
    public func end(_ training: Training) throws {}
}

/// A part that changes the weights by their gradients. A training has one.
///
/// One of your own needs a rate and an update; gradients are clipped before it and forgotten after it.
///
/// ```swift
/// final class SGD: Optimizer {
///     let rate: Float
///     init(rate: Float) { self.rate = rate }
///     func update(_ parameters: [Parameter]) {
///         for p in parameters { if let gradient = p.gradient { p.value = p.value - rate * gradient } }
///     }
/// }
/// try model.train(on: training, for: .steps(100)) { SGD(rate: 0.1) }
/// ```
public protocol Optimizer: AnyObject, TrainingPart {
    /// The learning rate of the next step.
    var rate: Float { get }
    /// Changes the weights by their gradients.
    func update(_ parameters: [Parameter])
    /// Clips the gradients of a model, changes its weights by them, and forgets them.
    ///
    /// - Parameter norm: the greatest norm that all gradients together may have.
    /// - Returns: the norm of all gradients together before they were clipped.
    @discardableResult func step(_ model: any Layer, clippingTo norm: Float?) -> Float
    /// How many steps the training has, for rates that follow a schedule; the training sets it.
    var totalSteps: Int? { get set }
    /// What it remembers from step to step, for checkpoints: a training that is resumed sets it.
    var memory: OptimizerMemory { get set }
}

extension Optimizer {
    /// Becomes the training's optimizer.
    public func begin(_ training: Training) { training.optimizer = self }

    /// Clips the gradients of a model, updates the weights that are not frozen, and forgets the gradients.
    @discardableResult
    public func step(_ model: any Layer, clippingTo norm: Float? = nil) -> Float {
        Interruption.check()
        let found = clipGradients(of: model, toNorm: norm ?? .infinity)
        withoutGradients { update(model.parameters.filter { !$0.isFrozen }) }
        model.clearGradients()
        return found
    }

    /// An optimizer whose rate follows no schedule does not ask for it.
    public var totalSteps: Int? {
        get { nil }
        set {}
    }

    /// An optimizer that remembers nothing.
    public var memory: OptimizerMemory {
        get { OptimizerMemory() }
        set {}
    }
}

/// What an optimizer remembers from step to step.
public struct OptimizerMemory {
    /// How many steps it has taken.
    public var steps: Int
    /// Tensors by name.
    public var tensors: [String: Tensor]

    /// A memory, which is empty where nothing is said.
    public init(steps: Int = 0, tensors: [String: Tensor] = [:]) { (self.steps, self.tensors) = (steps, tensors) }
}

extension AdamW: Optimizer {
    public func begin(_ training: Training) {
        attach(to: training.model)
        training.optimizer = self
    }

    /// Takes a step with the parameters of its model.
    public func update(_ parameters: [Parameter]) { step() }

    @discardableResult
    public func step(_ model: any Layer, clippingTo norm: Float?) -> Float {
        step(clippingTo: norm)
        return gradientNorm
    }

    /// The number of steps, and both means of every parameter.
    public var memory: OptimizerMemory {
        get {
            var memory = OptimizerMemory(steps: stepCount)
            for (index, moment) in moments.enumerated() {
                memory.tensors["mean.\(index)"] = moment.mean
                memory.tensors["square.\(index)"] = moment.square
            }
            return memory
        }
        set {
            stepCount = newValue.steps
            for index in moments.indices {
                if let mean = newValue.tensors["mean.\(index)"], let square = newValue.tensors["square.\(index)"],
                    mean.shape == moments[index].mean.shape, square.shape == mean.shape
                {
                    moments[index] = (mean, square)
                }
            }
        }
    }
}

/// Scales all gradients together down to a norm, where theirs is greater (Pascanu et al. 2013).
public struct ClipGradients: TrainingPart {
    private let norm: Float

    /// A limit of the gradients' norm.
    public init(toNorm norm: Float) { self.norm = norm }

    public func begin(_ training: Training) { training.clipNorm = norm }
}

/// Measures the loss and the bits per byte on stories that the model does not learn from.
public final class Validate: TrainingPart {
    private let stories: TokenizedStories
    private let limit: Int?
    private var timetable: Timetable

    /// A measurement now and again, and one after the last step.
    ///
    /// - Parameters:
    ///   - every: after how many steps, or minutes: `250`, `.minutes(1)`.
    ///   - limit: about how many tokens are enough, always the same ones; nil takes all.
    public init(on stories: TokenizedStories, every interval: Interval, limit: Int? = 50_000) {
        self.stories = stories
        self.limit = limit
        timetable = Timetable(interval)
    }

    public func begin(_ training: Training) throws {
        guard stories.count > 0 else { throw TrainingError.noStories(to: "validate on") }
    }

    public func afterStep(of training: Training) {
        if timetable.isDue(after: training.step) { measure(training) }
    }

    public func end(_ training: Training) {
        if training.run.validations.last?.step != training.step { measure(training) }
    }

    private func measure(_ training: Training) {
        let layout = training.layout
        let found = training.model.loss(on: stories, limit: limit, layout: layout)
        training.run.validations.append(TrainingRun.Validation(step: training.step, loss: found))
    }
}
