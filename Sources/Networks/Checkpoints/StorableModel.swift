import Foundation
import Stories
import Tensors

/// A model that is read from checkpoints and written as one, in Hugging Face's way.
public protocol StorableModel: LanguageModel {
    /// What config.json says of the model.
    var configuration: ModelConfiguration { get }
}

extension StorableModel {
    /// Writes the model as a Hugging Face folder: config.json, model.safetensors and the tokenizer's files.
    ///
    /// `AutoModelForCausalLM.from_pretrained` opens it and computes the same logits, unless it is a `Compressor`, which is
    /// known here only. Every file is written beside the
    /// old one, synced and put in its place; the weights come last.
    ///
    /// - Parameter format: F32, or F16 or BF16, which take half the space.
    /// - Throws: `CheckpointError` that says why the folder or a file cannot be written.
    public func save(to folder: String, as format: ElementFormat = .f32) throws {
        let folder = (folder as NSString).expandingTildeInPath
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CheckpointError(.unwritable(reason: error.reasonInOneLine), file: folder)
        }
        let configuration = configuration
        if case .divisors? = configuration.rotary.scaling {
            throw CheckpointError(
                .unsupported(
                    "config.json has no word for divisors of single angles, as this model's GGUF file has them; it"),
                file: folder)
        }
        if let tokenizer = tokenizer as? BytePairTokenizer {
            // A model that learned stories from their first token on is asked for them in the same way.
            try tokenizer.opening(with: coding.beginning).save(to: folder)
        } else if let tokenizer = tokenizer as? any StorableTokenizer {
            try tokenizer.save(to: folder)
        }
        try configuration.write(to: folder + "/config.json")
        let architecture = configuration.architecture
        let sources = namedParameters.map { path, parameter in
            let name = architecture.checkpointName(of: path)
            let isTransposed = architecture.storesOutputsFirst && parameter.isMatrix(path)
            let shape = parameter.shape.sizes
            return Safetensors.Source(
                name: name.hasPrefix("lm_head") ? name : architecture.prefix + name,
                shape: isTransposed ? shape.reversed() : shape
            ) {
                let value = parameter.value.withoutGradient
                return isTransposed ? value.transposed(1, 0).elements : value.elements
            }
        }
        try Safetensors.write(sources, as: format, to: folder + "/" + Safetensors.fileName)
    }

    /// The ids that config.json names.
    fileprivate var endings: [Int32] { coding.endings.union([tokenizer?.endOfText].compactMap { $0 }).sorted() }
}

extension GPT: StorableModel {
    /// A GPT-2 that a checkpoint holds.
    ///
    /// - Throws: `CheckpointError` that names the file, and the tensor if it is one's fault.
    public init(from source: ModelSource) throws(CheckpointError) { try self.init(Checkpoint(source)) }

    init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.expect(.gpt2)
        self.init(checkpoint.configuration)
        try checkpoint.fill(self)
    }

    /// A model of these sizes whose weights are 0.
    private init(_ sizes: ModelConfiguration) {
        let hidden = sizes.hidden
        self.init(
            tokens: Embedding(weight: Tensor(zeros: [sizes.vocabulary, hidden])),
            positions: Embedding(weight: Tensor(zeros: [sizes.context, hidden])),
            blocks: (0..<sizes.layers).map { _ in
                Block(zeros: sizes)
            }, norm: LayerNorm(hidden, epsilon: sizes.epsilon))
    }

    public var configuration: ModelConfiguration {
        ModelConfiguration(
            architecture: .gpt2, hidden: hidden, layers: layers, heads: heads, keyValueHeads: heads,
            headWidth: hidden / heads, neurons: blocks.first?.feedForward.up.outputs ?? 4 * hidden,
            vocabulary: vocabulary, context: context, epsilon: norm.epsilon,
            windows: Array(repeating: nil, count: layers), endings: endings)
    }
}

extension GPTNeo: StorableModel {
    /// A GPT-Neo that a checkpoint holds.
    ///
    /// - Throws: `CheckpointError` that names the file, and the tensor if it is one's fault.
    public init(from source: ModelSource) throws(CheckpointError) { try self.init(Checkpoint(source)) }

    init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.expect(.gptNeo)
        self.init(checkpoint.configuration)
        try checkpoint.fill(self)
    }

    public var configuration: ModelConfiguration {
        let heads = blocks.first?.attention.heads ?? 1
        return ModelConfiguration(
            architecture: .gptNeo, hidden: hidden, layers: layers, heads: heads, keyValueHeads: heads,
            headWidth: hidden / heads, neurons: blocks.first?.feedForward.up.outputs ?? 4 * hidden,
            vocabulary: vocabulary, context: context, epsilon: norm.epsilon, windows: blocks.map(\.attention.window),
            endings: endings)
    }
}

extension Llama: StorableModel {
    /// A Llama that a checkpoint holds.
    ///
    /// - Throws: `CheckpointError` that names the file, and the tensor if it is one's fault.
    public init(from source: ModelSource) throws(CheckpointError) { try self.init(Checkpoint(source)) }

    init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.expect(.llama)
        self.init(checkpoint.configuration)
        try checkpoint.fill(self)
    }

    public var configuration: ModelConfiguration {
        let attention = blocks.first?.attention
        return ModelConfiguration(
            architecture: .llama, hidden: hidden, layers: layers, heads: attention?.heads ?? 1,
            keyValueHeads: attention?.keyValueHeads ?? 1, headWidth: attention?.headWidth ?? hidden,
            neurons: blocks.first?.feedForward.up.outputs ?? hidden, vocabulary: vocabulary, context: context,
            epsilon: norm.epsilon, rotary: rotary, windows: Array(repeating: nil, count: layers),
            sharesHead: head == nil, hasAttentionBias: attention?.query.bias != nil, beginning: coding.beginning,
            endings: endings)
    }
}

extension Compressor: StorableModel {
    /// A Compressor that `save(to:)` or a training's `Checkpoint` wrote.
    ///
    /// - Throws: `CheckpointError` that names the file, and the tensor if it is one's fault.
    public init(from source: ModelSource) throws(CheckpointError) { try self.init(Checkpoint(source)) }

    init(_ checkpoint: Checkpoint) throws(CheckpointError) {
        try checkpoint.expect(.compressor)
        self.init(checkpoint.configuration)
        try checkpoint.fill(self)
    }

    public var configuration: ModelConfiguration {
        ModelConfiguration(
            architecture: .compressor, hidden: hidden, layers: layers, heads: heads, keyValueHeads: heads,
            headWidth: hidden / heads, neurons: trunk.first?.feedForward.up.outputs ?? 4 * hidden,
            vocabulary: vocabulary, context: context, epsilon: norm.epsilon,
            windows: Array(repeating: nil, count: layers), endings: endings)
    }
}
