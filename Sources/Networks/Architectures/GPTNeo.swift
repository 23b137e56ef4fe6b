import Notebook
import Stories
import Tensors

/// GPT-Neo's architecture, that of the TinyStories paper's models: GPT-2 with separate projections without bias,
/// attention scores that are not scaled, and every other block seeing only a window (Black et al. 2021).
public struct GPTNeo: TiedModel {
    /// One vector for each token id; the head uses it as well.
    public let tokens: Embedding
    /// One vector for each place in a row.
    public let positions: Embedding
    /// The blocks, first to last.
    public let blocks: [Block]
    /// The last LayerNorm.
    public let norm: LayerNorm
    /// The tokenizer, where the model knows one.
    public let coding = TextCoding()

    /// A block: attention, then a feed-forward layer, each on a normalised copy of the residual stream.
    public struct Block: Layer {
        /// Before attention.
        public let attentionNorm: LayerNorm
        /// What lets tokens see the ones before them.
        public let attention: WindowedAttention
        /// Before the feed-forward layer.
        public let feedForwardNorm: LayerNorm
        /// What works on each token by itself.
        public let feedForward: FeedForward

        /// x: [rows, length, hidden]
        public func callAsFunction(_ x: Tensor) -> Tensor {
            let x = x + attention(attentionNorm(x))
            return feedForward(feedForwardNorm(x), addedTo: x)
        }
    }

    /// A model of random weights.
    ///
    /// - Parameters:
    ///   - neurons: the width of the feed-forward layers, four times the hidden size unless given.
    ///   - window: how far back every other block sees, itself included.
    ///   - seed: where the weights come from.
    public init(
        hidden: Int, layers: Int, heads: Int, vocabulary: Int, context: Int, neurons: Int? = nil, window: Int = 256,
        epsilon: Float = 1e-5, seed: Int = 0
    ) {
        require(layers >= 0, "GPTNeo: \(layers) layers - their number cannot be negative")
        require(
            hidden > 0 && heads > 0 && hidden % heads == 0,
            "GPTNeo: hidden \(hidden) with \(heads) heads - the heads must divide the hidden size")
        require(window > 0 && context > 0, "GPTNeo: context \(context), window \(window) - both must be positive")
        self.init(
            ModelConfiguration(
                architecture: .gptNeo, hidden: hidden, layers: layers, heads: heads, keyValueHeads: heads,
                headWidth: hidden / heads, neurons: neurons ?? 4 * hidden, vocabulary: vocabulary, context: context,
                epsilon: epsilon, windows: (0..<layers).map { $0 % 2 == 1 ? window : nil }))
        randomize(seed: seed)
    }

    /// A model of these sizes whose weights are 0.
    init(_ sizes: ModelConfiguration) {
        tokens = Embedding(weight: Tensor(zeros: [sizes.vocabulary, sizes.hidden]))
        positions = Embedding(weight: Tensor(zeros: [sizes.context, sizes.hidden]))
        blocks = sizes.windows.map { window in
            Block(
                attentionNorm: LayerNorm(sizes.hidden, epsilon: sizes.epsilon),
                attention: WindowedAttention(sizes.hidden, heads: sizes.heads, window: window),
                feedForwardNorm: LayerNorm(sizes.hidden, epsilon: sizes.epsilon),
                feedForward: FeedForward(zeros: sizes.hidden, neurons: sizes.neurons))
        }
        norm = LayerNorm(sizes.hidden, epsilon: sizes.epsilon)
    }

    public var vocabulary: Int { tokens.count }
    public var context: Int { positions.count }
    /// The width of the residual stream.
    public var hidden: Int { tokens.width }
    /// How many blocks there are.
    public var layers: Int { blocks.count }

    /// The normalised residual stream after the last block.  // [rows, length, hidden]
    public func states(_ ids: [Int32], rows: Int, length: Int) -> Tensor {
        require(length <= context, "GPTNeo: \(length) tokens in a row - this model's context is \(context)")
        var x = embeddingSum(tokens.weight.value, positions.weight.value, ids: ids, rows: rows, length: length)
        for block in blocks { x = block(x) }
        return norm(x)
    }
}

/// GPT-Neo's causal attention: scores are not scaled, and it may see no further back than a window.
public struct WindowedAttention: Layer {
    /// To the heads.  // [width, width]
    public let query, key, value: Linear
    /// From the heads' values back to the stream.  // [width, width]
    public let output: Linear
    /// How many heads share the width.
    public let heads: Int
    /// How far back a token sees, itself included; to the beginning without one.
    public let window: Int?

    init(_ width: Int, heads: Int, window: Int?) {
        query = Linear(zeros: width, width, bias: false)
        key = Linear(zeros: width, width, bias: false)
        value = Linear(zeros: width, width, bias: false)
        output = Linear(zeros: width, width, bias: true)
        (self.heads, self.window) = (heads, window)
    }

    /// x: [rows, length, width]
    public func callAsFunction(_ x: Tensor) -> Tensor {
        let (rows, length, width) = (x.shape[0], x.shape[1], x.shape[2])
        func perHead(_ projection: Linear) -> Tensor {
            projection(x).reshaped(to: rows, length, heads, width / heads).transposed(0, 2, 1, 3)
        }
        let pattern = attentionPattern(perHead(query), perHead(key), scale: 1, window: window)
        return output(matmul(pattern, perHead(value)).transposed(0, 2, 1, 3).reshaped(to: rows, length, width))
    }
}

extension FeedForward {
    /// A layer whose weights are to be set.
    init(zeros width: Int, neurons: Int) {
        self.init(up: Linear(zeros: width, neurons, bias: true), down: Linear(zeros: neurons, width, bias: true))
    }
}

extension GPTNeo {
    /// Gives every matrix normally distributed weights; gains stay 1 and biases 0.
    private func randomize(deviation: Float = 0.02, seed: Int) {
        for (index, parameter) in parameters.enumerated() where parameter.shape.rank == 2 {
            parameter.value = Tensor(normal: parameter.shape, deviation: deviation, seed: seed &* 1000 &+ index)
        }
    }
}
