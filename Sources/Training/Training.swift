import Networks
import Notebook
import Stories
import Tensors

/// A training under way: what its parts see and change.
public final class Training {
    /// The model that is trained.
    public let model: any LanguageModel
    /// What has happened so far.
    public internal(set) var run: TrainingRun
    /// What changes the weights by their gradients.
    public var optimizer: (any Optimizer)?
    /// The greatest norm that all gradients together may have.
    public var clipNorm: Float?
    /// How stories are laid out in rows.
    public let layout: RowLayout
    /// What the order of the batches follows from.
    var setting: TrainingState.Setting

    private let length: TrainingLength
    private let tokensPerEpoch: Int
    private let start = ContinuousClock.now
    /// The seconds of the training before it was resumed.
    private var secondsBefore = 0.0

    init(
        _ model: any LanguageModel, tokensPerEpoch: Int, length: TrainingLength, layout: RowLayout,
        setting: TrainingState.Setting
    ) {
        (self.model, self.length, self.tokensPerEpoch, self.layout) = (model, length, tokensPerEpoch, layout)
        self.setting = setting
        run = TrainingRun(tokensPerStep: setting.rows * setting.context, plannedSteps: 0)
        plan()
    }

    /// How many steps were taken.
    public var step: Int { run.steps.count }
    /// The loss of the last step; nothing before the first one.
    public var loss: Float? { run.steps.last?.loss }

    /// Lets the training end after this step, as if no more had been planned: for a part that sees enough.
    public func finish() { isToFinish = true }
    private var isToFinish = false

    /// Sets how many steps there are to be: once, or step by step where a time was asked for.
    private func plan() {
        run.seconds = seconds
        run.plannedSteps = length.steps(
            tokensPerStep: run.tokensPerStep, tokensPerEpoch: tokensPerEpoch, taken: step, elapsed: run.seconds)
        optimizer?.totalSteps = run.plannedSteps
    }

    private var seconds: Double { secondsBefore + (ContinuousClock.now - start).seconds }

    /// Goes on where an earlier run was.
    func takeUp(_ earlier: TrainingRun) {
        run = earlier
        secondsBefore = earlier.seconds
        plan()
    }

    private var secondsLeft: Double? {
        guard step > 0 else { return nil }
        return run.seconds / Double(step) * Double(run.plannedSteps - step)
    }

    func carryOut(
        _ parts: [any TrainingPart], on batches: some Sequence<Batch>, for objective: Objective,
        resuming folder: String?
    ) throws {
        // Parts may look at the optimizer, and at the state that is taken up.
        for part in parts where part is any Optimizer { try part.begin(self) }
        if optimizer == nil {
            AdamW(.warmupCosine(peak: 1e-3, warmup: min(200, run.plannedSteps / 10 + 1))).begin(self)
        }
        setting.optimizer = optimizer.map { String(describing: type(of: $0)) } ?? ""
        try folder.map(resume)
        for part in parts where !(part is any Optimizer) { try part.begin(self) }
        // Gradients of a step that an interruption left half-way must not join the first one.
        model.clearGradients()
        plan()
        let output = LiveOutput(run)
        do {
            for batch in batches.dropFirst(step) {
                if step >= run.plannedSteps || isToFinish { break }
                if Interruption.isRequested { stop(output, "interrupted") }
                Interruption.check()
                try takeStep(on: batch, for: objective)
                for part in parts { try part.afterStep(of: self) }
                plan()
                output.show(run, secondsLeft: secondsLeft)
            }
            run.plannedSteps = step
            for part in parts { try part.end(self) }
        } catch {
            stop(output, "stopped")
            model.clearGradients()
            throw error
        }
        stop(output, "finished")
    }

    private func resume(_ folder: String) throws {
        guard let state = try TrainingState(in: folder) else {
            print("\(folder) holds no training to resume: this one begins.")
            return
        }
        try state.restore(self)
        print("Training resumed from \(folder) after step \(step) of \(run.plannedSteps).")
    }

    private func takeStep(on batch: Batch, for objective: Objective) throws(TrainingError) {
        guard let optimizer else { return }
        let start = ContinuousClock.now
        var terms = Terms()
        let loss = objective.loss(model, batch, &terms)
        let (value, rate) = (loss.item, optimizer.rate)
        guard value.isFinite else {
            throw .lossNotFinite(
                step: step + 1, loss: value.isNaN ? "not a number" : "infinite", before: run.steps.last?.loss,
                rate: rate)
        }
        loss.backward()
        let norm = optimizer.step(model, clippingTo: clipNorm)
        run.secondsInSteps += (ContinuousClock.now - start).seconds
        run.steps.append(
            TrainingRun.Step(number: step + 1, loss: value, gradientNorm: norm, rate: rate))
        terms.record(in: &run.terms)
    }

    private func stop(_ output: LiveOutput, _ ending: String) {
        run.seconds = seconds
        run.ending = ending
        output.finish(run)
    }
}

extension LanguageModel {
    /// Trains the model on stories, with one output that shows how it goes.
    ///
    /// ```swift
    /// let run = try model.train(on: training, for: .tokens(5_000_000)) {
    ///     AdamW(.warmupCosine(peak: 1e-3, warmup: 200), weightDecay: 0.1)
    ///     ClipGradients(toNorm: 1)
    ///     Validate(on: held, every: 250)
    /// }
    /// ```
    ///
    /// The model takes the stories' tokenizer, so that it can be asked for texts afterwards; one that saw a story a row
    /// begins its texts with the token that stands before each. An interruption leaves it as the last whole step made
    /// it. Where no optimizer is named, it is AdamW with a peak rate of 1e-3.
    ///
    /// - Parameters:
    ///   - length: how long: `.tokens(5_000_000)`, `.steps(1000)`, `.epochs(1)`, `.minutes(3)`.
    ///   - batch: how many rows a step sees.
    ///   - context: how many tokens a row has; the model's context where nothing is said.
    ///   - layout: how stories are laid out in rows.
    ///   - seed: what orders the stories.
    ///   - folder: where `Checkpoint(to:)` wrote the training that this one goes on with; one that holds none yet lets
    ///     the training begin. With the same stories, parts and settings the result is bit for bit that of a training
    ///     that was never stopped, unless its length is a time.
    ///   - objective: what is made small; the loss of the next token where nothing is said.
    /// - Throws: `TrainingError`, and what the parts throw.
    @discardableResult
    public func train(
        on stories: TokenizedStories, for length: TrainingLength, batch rows: Int = 16, context: Int? = nil,
        layout: RowLayout = .packed, seed: UInt64 = 0, resuming folder: String? = nil,
        objective: Objective = .likelihood,
        @ListBuilder<any TrainingPart> with parts: () -> [any TrainingPart] = { [] }
    ) throws -> TrainingRun {
        guard stories.count > 0 else { throw TrainingError.noStories(to: "learn from") }
        guard stories.tokenizer.vocabularySize <= vocabulary else {
            throw TrainingError.vocabulary(stories: stories.tokenizer.vocabularySize, model: vocabulary)
        }
        let context = context ?? self.context
        guard context <= self.context else { throw TrainingError.context(asked: context, model: self.context) }
        tokenizer = stories.tokenizer
        coding.beginning = layout == .oneStory ? stories.tokenizer.endOfText : stories.tokenizer.beginOfText
        let setting = TrainingState.Setting(
            rows: rows, context: context, layout: "\(layout)", seed: seed, stories: stories.digest, optimizer: "")
        let training = Training(
            self, tokensPerEpoch: stories.tokenCount + stories.count, length: length, layout: layout, setting: setting)
        let batches = stories.batches(of: rows, context: context, seed: seed, layout: layout)
        try training.carryOut(parts(), on: batches, for: objective, resuming: folder)
        return training.run
    }
}
