import Foundation
import Tensors

extension Layer {
    /// Writes the weights of a layer, or of a model of any kind, as one safetensors file, in one step: each under its
    /// path, such as `blocks.0.attention.output.weight`.
    ///
    /// - Throws: `CheckpointError` that says why the file cannot be written.
    public func saveWeights(to path: String) throws(CheckpointError) {
        try Weights.write(
            namedParameters.map { ($0.name, $0.parameter.value) }, metadata: [:],
            to: (path as NSString).expandingTildeInPath)
    }

    /// Sets the weights of a layer, or of a model of any kind, to those that `saveWeights(to:)` or a training's
    /// `Checkpoint` wrote.
    ///
    /// - Parameter path: the file, or the folder with its model.safetensors.
    /// - Throws: `CheckpointError` that names the file, and the tensor that is missing, has another shape or no place.
    ///   Then nothing is changed.
    public func loadWeights(from path: String) throws(CheckpointError) {
        var path = (path as NSString).expandingTildeInPath
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            path += "/" + Safetensors.fileName
        }
        let weights = try Weights(safetensors: path)
        let places = namedParameters
        var values: [Tensor] = []
        for (name, parameter) in places { values.append(try weights.value(name, shape: parameter.shape)) }
        let known = Set(places.map(\.name))
        if let other = weights.names.first(where: { !known.contains($0) }) {
            throw CheckpointError(
                .malformed(reason: "this \(type(of: self)) has no such weights"), file: path, tensor: other)
        }
        for ((_, parameter), value) in zip(places, values) { parameter.value = value }
    }
}
