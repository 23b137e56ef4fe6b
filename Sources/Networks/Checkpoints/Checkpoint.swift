import Foundation
import Stories
import Tensors

/// Where a model is read from.
///
/// ```swift
/// let gpt2 = try GPT(from: .directory("~/models/gpt2"))
/// let small = try Llama(from: .file("~/models/stories260K.bin", tokenizer: "~/models/tok512.bin"))
/// ```
public struct ModelSource: Hashable, Sendable {
    enum Place: Hashable {
        case directory(String)
        case file(String, tokenizer: String?)
        case hub(String, revision: String)
    }

    let place: Place

    /// A Hugging Face folder: config.json, model.safetensors or its shards, and the tokenizer's files.
    public static func directory(_ path: String) -> ModelSource { ModelSource(place: .directory(path)) }

    /// A GGUF file, or one of llama2.c.
    ///
    /// - Parameter tokenizer: llama2.c's tokenizer file; the one beside the model, if it is left out.
    public static func file(_ path: String, tokenizer: String? = nil) -> ModelSource {
        ModelSource(place: .file(path, tokenizer: tokenizer))
    }

    /// A model of the Hugging Face hub, such as `openai-community/gpt2`: downloaded into the cache where it is not there
    /// yet, with progress, and going on where a download was cut off. `HF_ENDPOINT` names a mirror.
    public static func hub(_ name: String, revision: String = "main") -> ModelSource {
        ModelSource(place: .hub(name, revision: revision))
    }

    /// The model, of whatever kind it is.
    public func load() throws(CheckpointError) -> any LanguageModel {
        let checkpoint = try Checkpoint(self)
        return switch checkpoint.configuration.architecture {
        case .gpt2: try GPT(checkpoint)
        case .gptNeo: try GPTNeo(checkpoint)
        case .llama: try Llama(checkpoint)
        case .compressor: try Compressor(checkpoint)
        }
    }
}

/// A model as it lies on the disk.
struct Checkpoint {
    let configuration: ModelConfiguration
    /// Under Hugging Face's names, without the prefix.
    let weights: Weights
    /// Whether matrices have a row for each output.
    let storesOutputsFirst: Bool
    var tokenizer: (any Tokenizer)?
    /// Why there is none although there are files of one.
    var tokenizerProblem: String?

    init(_ source: ModelSource) throws(CheckpointError) {
        switch source.place {
        case .directory(let path):
            try self.init(directory: (path as NSString).expandingTildeInPath)
        case .hub(let name, let revision):
            try self.init(directory: ModelHub(name: name, revision: revision).folder())
        case .file(let path, let tokenizer):
            let file = try CheckpointError.of { () throws(FileError) in try MappedFile(path) }
            if file.isPickle { throw CheckpointError(.pickle, file: file.path) }
            if file.bytes.starts(with: "GGUF".utf8) {
                self = try GGUF(file).checkpoint()
            } else {
                try self.init(llama2c: file, tokenizer: tokenizer)
            }
        }
    }

    init(
        configuration: ModelConfiguration, weights: Weights, storesOutputsFirst: Bool, tokenizer: (any Tokenizer)? = nil
    ) {
        (self.configuration, self.weights) = (configuration, weights)
        (self.storesOutputsFirst, self.tokenizer) = (storesOutputsFirst, tokenizer)
    }

    private init(directory: String) throws(CheckpointError) {
        configuration = try ModelConfiguration(file: directory + "/config.json")
        let files = FileManager.default
        if !files.fileExists(atPath: directory + "/" + Safetensors.fileName),
            !files.fileExists(atPath: directory + "/" + Safetensors.indexName),
            files.fileExists(atPath: directory + "/pytorch_model.bin")
        {
            throw CheckpointError(.pickle, file: directory + "/pytorch_model.bin")
        }
        let architecture = configuration.architecture
        weights = try Weights(safetensorsIn: directory).renamed { tensor throws(CheckpointError) in
            tensor.name.hasPrefix(architecture.prefix)
                ? String(tensor.name.dropFirst(architecture.prefix.count)) : tensor.name
        }
        storesOutputsFirst = architecture.storesOutputsFirst
        let hasTokenizer = ["tokenizer.json", "vocab.json"].contains { files.fileExists(atPath: directory + "/" + $0) }
        if hasTokenizer {
            try readTokenizer(directory) { () throws(TokenizerError) in try loadTokenizer(directory) }
        }
    }

    /// A tokenizer of a kind that is not known here leaves the model without one; a damaged one is an error.
    mutating func readTokenizer(
        _ path: String, _ read: () throws(TokenizerError) -> (any Tokenizer)?
    ) throws(CheckpointError) {
        do throws(TokenizerError) {
            tokenizer = try read()
        } catch .unsupported(let file, let what) {
            tokenizerProblem = "\(file) asks for \(what)"
        } catch .missingByte(let byte) {
            tokenizerProblem = "\(TokenizerError.missingByte(byte))"
        } catch {
            throw CheckpointError(.malformed(reason: "\(error)"), file: path)
        }
    }

    /// Refuses a file that holds fewer numbers than its model needs, before memory for them is asked for.
    func checkSize() throws(CheckpointError) {
        let numbers = weights.names.reduce(0.0) { $0 + Double(weights[$1]?.count ?? 0) }
        func whole(_ number: Double) -> String { String(format: "%.0f", number) }
        guard configuration.parameterCount <= numbers else {
            throw CheckpointError(
                .malformed(
                    reason: "the configuration describes a model of \(whole(configuration.parameterCount)) weights, "
                        + "the files hold \(whole(numbers))"), file: weights.path)
        }
    }

    /// Sets every parameter of a model to what the files hold for it.
    func fill(_ model: some LanguageModel) throws(CheckpointError) {
        let architecture = configuration.architecture
        var needed: Set<String> = []
        for (path, parameter) in model.namedParameters {
            let name = architecture.checkpointName(of: path)
            needed.insert(name)
            let isTransposed = storesOutputsFirst && parameter.isMatrix(path)
            let shape = parameter.shape.sizes
            let tensor = try weights.tensor(name, shape: isTransposed ? shape.reversed() : shape)
            let numbers = try tensor.floats()
            parameter.update { floats in
                numbers.withUnsafeBufferPointer { numbers in
                    guard let start = numbers.baseAddress else { return }
                    if isTransposed {
                        transpose(start, rows: shape[1], columns: shape[0], into: floats)
                    } else {
                        floats.update(from: start, count: numbers.count)
                    }
                }
            }
        }
        for name in weights.names where !needed.contains(name) {
            guard architecture.isDerived(name, sharesHead: configuration.sharesHead) else {
                throw weights[name]?.problem(.unexpected)
                    ?? CheckpointError(.unexpected, file: weights.path, tensor: name)
            }
        }
        model.coding.tokenizer = tokenizer
        model.coding.tokenizerProblem = tokenizerProblem
        model.coding.beginning = tokenizer.map(\.beginOfText) ?? configuration.beginning
        model.coding.endings = Set(configuration.endings.filter { $0 >= 0 && Int($0) < model.vocabulary })
    }

    /// Refuses to read a model as another kind.
    func expect(_ architecture: ModelConfiguration.Architecture) throws(CheckpointError) {
        guard configuration.architecture == architecture else {
            throw CheckpointError(
                .unsupported(
                    "a model of the type \(configuration.architecture.rawValue) read as \(architecture.rawValue) - "
                        + "ModelSource.load() reads any kind"), file: weights.path)
        }
        try checkSize()
    }
}

extension Parameter {
    /// Whether this is the matrix of a linear layer, and not a table.
    func isMatrix(_ path: String) -> Bool {
        shape.rank == 2 && !path.hasPrefix("tokens.") && !path.hasPrefix("positions.")
    }
}

/// A matrix of rows written column by column, in tiles that stay in the cache.
func transpose(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>
) {
    let tile = 32
    parallelRanges((columns + tile - 1) / tile, grain: max(1, 65536 / (rows * tile))) { tiles in
        for firstRow in stride(from: 0, to: rows, by: tile) {
            for column in tiles.lowerBound * tile..<min(columns, tiles.upperBound * tile) {
                for row in firstRow..<min(rows, firstRow + tile) {
                    target[column &* rows &+ row] = source[row &* columns &+ column]
                }
            }
        }
    }
}
