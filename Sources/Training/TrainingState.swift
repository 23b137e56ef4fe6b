import Foundation
import Networks
import Stories
import Tensors

/// All that the next step of a training depends on: weights, the optimizer's memory, and how far the stories were read.
///
/// It lies in one file beside the checkpoint, so that a training that is killed finds the state of one moment, whole.
/// The order of the stories follows from the seed; nothing else in a training is random.
struct TrainingState {
    static let fileName = "training-state.safetensors"

    /// What has to be the same in the run that goes on, since the order of the batches follows from it.
    struct Setting: Codable, Equatable {
        var rows: Int
        var context: Int
        var layout: String
        var seed: UInt64
        var stories: UInt64
        var optimizer: String

        /// What differs from another setting, in words.
        func difference(from other: Setting) -> String? {
            if stories != other.stories { return "its stories were others, or tokenized otherwise" }
            if rows != other.rows { return "its batches had \(other.rows) rows, not \(rows)" }
            if context != other.context { return "its rows had \(other.context) tokens, not \(context)" }
            if layout != other.layout { return "its rows were laid out as .\(other.layout), not .\(layout)" }
            if seed != other.seed { return "its seed was \(other.seed), not \(seed)" }
            if optimizer != other.optimizer { return "its optimizer was \(other.optimizer), not \(optimizer)" }
            return nil
        }
    }

    private struct Header: Codable {
        var step: Int
        var optimizerSteps: Int
        var setting: Setting
    }

    let step: Int
    let setting: Setting
    private let folder: String
    private let weights: Weights
    private let optimizerSteps: Int

    /// The state that a folder holds; nil where it holds none.
    init?(in folder: String) throws {
        self.folder = (folder as NSString).expandingTildeInPath
        let path = self.folder + "/" + Self.fileName
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        weights = try Weights(safetensors: path)
        guard let text = weights.metadata["training"],
            let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8)), header.step >= 0
        else { throw CheckpointError(.malformed(reason: "it says nothing of a training"), file: path) }
        (step, optimizerSteps, setting) = (header.step, header.optimizerSteps, header.setting)
    }

    /// Writes the state of a training, in one step.
    static func write(_ training: Training, to folder: String) throws {
        var tensors = training.model.namedParameters.map { ("weight." + $0.name, $0.parameter.value) }
        let memory = training.optimizer?.memory ?? OptimizerMemory()
        tensors += memory.tensors.sorted { $0.key < $1.key }.map { ("optimizer." + $0.key, $0.value) }
        let header = Header(step: training.step, optimizerSteps: memory.steps, setting: training.setting)
        let text = String(decoding: try JSONEncoder().encode(header), as: UTF8.self)
        try Weights.write(tensors, metadata: ["training": text], to: folder + "/" + fileName)
    }

    /// Puts a training where the state's one was. Nothing is changed where something does not fit.
    func restore(_ training: Training) throws {
        if let reason = training.setting.difference(from: setting) {
            throw TrainingError.otherTraining(folder: folder, reason: reason)
        }
        var values: [(Parameter, Tensor)] = []
        for (name, parameter) in training.model.namedParameters {
            values.append((parameter, try weights.value("weight." + name, shape: parameter.shape)))
        }
        var memory = training.optimizer?.memory ?? OptimizerMemory()
        for (name, tensor) in memory.tensors {
            memory.tensors[name] = try weights.value("optimizer." + name, shape: tensor.shape)
        }
        memory.steps = optimizerSteps
        let record = folder + "/training.json"
        let run: TrainingRun
        do {
            run = try TrainingRun.decoder.decode(TrainingRun.self, from: Data(contentsOf: URL(fileURLWithPath: record)))
        } catch {
            throw CheckpointError(.malformed(reason: "it is no record of a training: \(error)"), file: record)
        }
        guard run.steps.count >= step else {
            throw CheckpointError(
                .malformed(reason: "it tells of \(run.steps.count) steps where the state has \(step)"), file: record)
        }
        for (parameter, value) in values { parameter.value = value }
        training.optimizer?.memory = memory
        training.takeUp(run.through(step: step))
    }
}
