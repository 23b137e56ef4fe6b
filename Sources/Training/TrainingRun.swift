import Evaluation
import Foundation
import Notebook
import Plots

/// What happened in a training: every step's loss, every validation, how long it took.
public struct TrainingRun: Codable, Sendable {
    /// One update of the weights.
    public struct Step: Hashable, Codable, Sendable {
        /// The number of the step, from 1.
        public let number: Int
        /// The mean loss of the batch before the update, in nats a token.
        public let loss: Float
        /// The norm of all gradients together, before it was clipped.
        public let gradientNorm: Float
        /// The learning rate.
        public let rate: Float
    }

    /// One measurement on held-out stories.
    public struct Validation: Hashable, Codable, Sendable {
        /// After which step.
        public let step: Int
        /// What was found.
        public let loss: HeldOutLoss
    }

    /// The steps, in order.
    public internal(set) var steps: [Step] = []
    /// The measurements on held-out stories, in order.
    public internal(set) var validations: [Validation] = []
    /// The values of an objective's named terms at each step.
    public internal(set) var terms: [String: [Float]] = [:]
    /// How many tokens a step sees.
    public let tokensPerStep: Int
    /// How many steps the training was to have.
    public internal(set) var plannedSteps: Int
    /// The seconds since the start.
    public internal(set) var seconds = 0.0
    /// The seconds of these that went into steps, and not into validation, checkpoints and pictures.
    public internal(set) var secondsInSteps = 0.0
    /// How it ended; nothing while it goes on.
    public internal(set) var ending: String?

    /// The run as it was after a step.
    func through(step: Int) -> TrainingRun {
        var run = self
        run.steps = Array(steps.prefix(step))
        run.validations = validations.filter { $0.step <= step }
        run.terms = terms.mapValues { Array($0.prefix(step)) }
        run.ending = nil
        return run
    }

    /// Losses that are no finite numbers are written as words.
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    init(tokensPerStep: Int, plannedSteps: Int) {
        (self.tokensPerStep, self.plannedSteps) = (tokensPerStep, plannedSteps)
    }

    /// How many tokens the model has seen.
    public var tokens: Int { steps.count * tokensPerStep }
    /// The loss of each step, in nats a token where it is the likelihood's.
    public var losses: [Float] { steps.map(\.loss) }
    /// How many tokens a second the steps took.
    public var tokensPerSecond: Double { secondsInSteps > 0 ? Double(tokens) / secondsInSteps : 0 }
    /// The last measurement on held-out stories.
    public var validation: HeldOutLoss? { validations.last?.loss }

    /// The loss of each step, faintly, with its moving average, and the loss on held-out stories.
    public var lossCurve: LineChart {
        let averaged = max(1, steps.count / 40)
        return LineChart {
            Line("training", x: steps.map { Double($0.number) }, y: steps.map { Double($0.loss) }).smoothed(
                over: averaged)
            for name in terms.keys.sorted() {
                Line(name, x: steps.map { Double($0.number) }, y: terms[name] ?? []).smoothed(over: averaged)
            }
            if !validations.isEmpty {
                Line("validation", x: validations.map { Double($0.step) }, y: validations.map(\.loss.loss))
                    .marked()
            }
        }
        .x("step").y("loss, nats a token")
    }
}

extension TrainingRun: CustomStringConvertible {
    /// One sentence: how long, how fast, with which loss.
    public var description: String { "Training: " + figures.joined(separator: " · ") }

    /// What is said of a run, in order of interest.
    var figures: [String] {
        let planned = plannedSteps < .max ? " of \(written(count: plannedSteps))" : ""
        var words = ["step \(written(count: steps.count))\(planned)"]
        if let ending { words.append("\(ending) in \(written(seconds: seconds))") }
        guard !steps.isEmpty else { return words }
        words.append("\(written(count: Int(tokensPerSecond))) tokens/s")
        words.append(String(format: "training loss %.3f", recentLoss))
        if let validation {
            words.append(
                String(format: "validation loss %.3f, %.3f bits a byte", validation.loss, validation.bitsPerByte))
        }
        return words
    }

    /// The mean loss of the last steps.
    private var recentLoss: Double {
        let recent = steps.suffix(20)
        return recent.reduce(0) { $0 + Double($1.loss) / Double(recent.count) }
    }
}

extension TrainingRun: Displayable {
    /// The picture that the training ended with; one sentence, where that picture stands below the same cell.
    public var mimeBundle: MIMEBundle {
        LiveOutput.shows(self) ? MIMEBundle(["text/plain": description]) : TrainingPicture(self).mimeBundle
    }
}
