import Foundation
import Networks

/// Writes the model into a folder while it is trained, and once more at the end.
///
/// The folder is a Hugging Face checkpoint, which `GPT(from: .directory("runs/1"))` and `transformers` open; the run's
/// record lies beside it as training.json, and in training-state.safetensors what `train(..., resuming: "runs/1")` goes on
/// from. Of a model of your own it holds the weights, which `model.loadWeights(from: "runs/1")` reads. A training that is
/// killed at any moment leaves the last checkpoint whole.
public final class Checkpoint: TrainingPart {
    private let folder: String
    private var timetable: Timetable

    /// A checkpoint now and again.
    ///
    /// - Parameters:
    ///   - folder: where the files go; it is made if it is not there.
    ///   - every: after how many steps, or minutes: `1000`, `.minutes(5)`.
    public init(to folder: String, every interval: Interval = .minutes(5)) {
        self.folder = (folder as NSString).expandingTildeInPath
        timetable = Timetable(interval)
    }

    /// Writes the model as it is, so that a folder that cannot be written to is found out before the training.
    public func begin(_ training: Training) throws { try write(training) }

    public func afterStep(of training: Training) throws {
        if timetable.isDue(after: training.step) { try write(training) }
    }

    public func end(_ training: Training) throws { try write(training) }

    private func write(_ training: Training) throws {
        if let model = training.model as? any StorableModel {
            try model.save(to: folder)
        } else {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try training.model.saveWeights(to: folder + "/model.safetensors")
        }
        // The record first: one that tells of more steps than the state has is cut, one of fewer would be a gap.
        try TrainingRun.encoder.encode(training.run).write(
            to: URL(fileURLWithPath: folder + "/training.json"), options: .atomic)
        try TrainingState.write(training, to: folder)
    }
}
