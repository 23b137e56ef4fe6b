import Notebook
import Stories
import Tensors

/// Llama's architecture: RMSNorm, rotary positions, SwiGLU, and heads that share keys and values (Touvron et al. 2023;
/// Ainslie et al. 2023).
///
/// ```swift
/// let model = Llama(hidden: 288, layers: 6, heads: 6, neurons: 768, vocabulary: 32_000, context: 256)
/// ```
public struct Llama: LanguageModel {
    /// One vector for each token id.
    public let tokens: Embedding
    /// The blocks, first to last.
    public let blocks: [Block]
    /// The last normalisation.
    public let norm: RMSNorm
    /// To the logits, where that is not the token embedding.
    public let head: Linear?
    /// The longest row of tokens that the model was made for.
    public let context: Int
    /// By which angles queries and keys are turned.
    public let rotary: RotaryAngles
    /// The tokenizer, where the model knows one.
    public let coding = TextCoding()

    /// A block: attention, then a gated feed-forward layer, each on a normalised copy of the residual stream.
    public struct Block: Layer {
        /// Before attention.
        public let attentionNorm: RMSNorm
        /// What lets tokens see the ones before them.
        public let attention: GroupedAttention
        /// Before the feed-forward layer.
        public let feedForwardNorm: RMSNorm
        /// What works on each token by itself.
        public let feedForward: SwiGLU

        /// x: [rows, length, hidden]
        func callAsFunction(_ x: Tensor, rotary: RotaryPositions) -> Tensor {
            let x = attention(attentionNorm(x), rotary: rotary, addedTo: x)
            return feedForward(feedForwardNorm(x), addedTo: x)
        }
    }

    /// A model of random weights: normally distributed by the number of a matrix's inputs, so that narrow models learn
    /// as readily as wide ones.
    ///
    /// - Parameters:
    ///   - keyValueHeads: how many heads of keys and values the attention heads share; one each, if it is left out.
    ///   - neurons: the width of the feed-forward layers; 8/3 of the hidden size, if it is left out.
    ///   - sharesHead: whether the token embedding is the head as well.
    ///   - seed: where the weights come from.
    public init(
        hidden: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil, neurons: Int? = nil, vocabulary: Int,
        context: Int, epsilon: Float = 1e-5, rotaryBase: Double = 10_000, sharesHead: Bool = true, seed: Int = 0
    ) {
        require(layers >= 0, "Llama: \(layers) layers - their number cannot be negative")
        require(
            hidden > 0 && heads > 0 && hidden % heads == 0 && hidden / heads % 2 == 0,
            "Llama: hidden \(hidden) with \(heads) heads - the heads must divide the hidden size into even parts")
        let keyValueHeads = keyValueHeads ?? heads
        require(
            keyValueHeads > 0 && heads % keyValueHeads == 0,
            "Llama: \(heads) heads share \(keyValueHeads) of keys and values - the number must divide the heads")
        require(context > 0, "Llama: a context of \(context) - it must be positive")
        self.init(
            ModelConfiguration(
                architecture: .llama, hidden: hidden, layers: layers, heads: heads, keyValueHeads: keyValueHeads,
                headWidth: hidden / heads, neurons: neurons ?? (hidden * 8 / 3 + 31) / 32 * 32, vocabulary: vocabulary,
                context: context, epsilon: epsilon, rotary: RotaryAngles(base: rotaryBase),
                windows: Array(repeating: nil, count: layers), sharesHead: sharesHead))
        for (index, (path, parameter)) in namedParameters.enumerated() where parameter.shape.rank == 2 {
            // What goes into a matrix has deviation 1, and so has what comes out; what is added to the stream is less.
            let writes = path.hasSuffix("output.weight") || path.hasSuffix("down.weight")
            let inputs = path.hasPrefix("tokens.") ? hidden : parameter.shape[0]
            let deviation = 1 / Float(inputs * (writes ? 2 * layers : 1)).squareRoot()
            parameter.value = Tensor(normal: parameter.shape, deviation: deviation, seed: seed &* 1000 &+ index)
        }
    }

    /// A model of these sizes whose weights are 0.
    init(_ sizes: ModelConfiguration) {
        tokens = Embedding(weight: Tensor(zeros: [sizes.vocabulary, sizes.hidden]))
        blocks = (0..<sizes.layers).map { _ in
            Block(
                attentionNorm: RMSNorm(sizes.hidden, epsilon: sizes.epsilon), attention: GroupedAttention(sizes),
                feedForwardNorm: RMSNorm(sizes.hidden, epsilon: sizes.epsilon), feedForward: SwiGLU(sizes))
        }
        norm = RMSNorm(sizes.hidden, epsilon: sizes.epsilon)
        head = sizes.sharesHead ? nil : Linear(zeros: sizes.hidden, sizes.vocabulary, bias: false)
        (context, rotary) = (sizes.context, sizes.rotary)
    }

    public var vocabulary: Int { tokens.count }
    /// The width of the residual stream.
    public var hidden: Int { tokens.width }
    /// How many blocks there are.
    public var layers: Int { blocks.count }

    public func logits(_ ids: [[Int32]]) -> Tensor {
        let length = ids.first?.count ?? 0
        require(ids.allSatisfy { $0.count == length }, "Llama: rows of \(ids.map(\.count)) tokens - they must be equal")
        let states = states(Array(ids.joined()), rows: ids.count, length: length)
        return head.map { $0(states) } ?? matmul(states, transposing: tokens.weight.value)
    }

    public func loss(_ batch: Batch) -> Tensor {
        let states = states(batch.inputs, rows: batch.rows, length: batch.length)
        guard let head else { return headLoss(states, tokens.weight.value, targets: batch.targets) }
        return crossEntropy(head(states), targets: batch.targets)
    }

    /// The normalised residual stream after the last block.  // [rows, length, hidden]
    public func states(_ ids: [Int32], rows: Int, length: Int) -> Tensor {
        require(length <= context, "Llama: \(length) tokens in a row - this model's context is \(context)")
        var x = tokens(ids).reshaped(to: rows, length, hidden)
        let positions = RotaryPositions(
            headWidth: blocks.first?.attention.headWidth ?? 2, positions: length, angles: rotary)
        for block in blocks { x = block(x, rotary: positions) }
        return norm(x)
    }
}

/// Causal attention with rotary positions, in which groups of heads share keys and values (Ainslie et al. 2023).
public struct GroupedAttention: Layer {
    /// To the heads.  // [width, heads · head width]
    public let query: Linear
    /// To the shared heads.  // [width, key-value heads · head width]
    public let key, value: Linear
    /// From the heads' values back to the stream.
    public let output: Linear
    /// How many heads there are.
    public let heads: Int
    /// How many of keys and values they share.
    public let keyValueHeads: Int

    init(_ sizes: ModelConfiguration) {
        let (hidden, bias) = (sizes.hidden, sizes.hasAttentionBias)
        let (wide, narrow) = (sizes.heads * sizes.headWidth, sizes.keyValueHeads * sizes.headWidth)
        query = Linear(zeros: hidden, wide, bias: bias)
        key = Linear(zeros: hidden, narrow, bias: bias)
        value = Linear(zeros: hidden, narrow, bias: bias)
        output = Linear(zeros: wide, hidden, bias: bias)
        (heads, keyValueHeads) = (sizes.heads, sizes.keyValueHeads)
    }

    /// How wide a head is.
    public var headWidth: Int { query.outputs / heads }

    /// x: [rows, length, width]
    func callAsFunction(_ x: Tensor, rotary: RotaryPositions, addedTo residual: Tensor) -> Tensor {
        let turned = rotatedHeads(
            query: query(x), key: key(x), value: value(x), keyValueHeads: keyValueHeads, positions: rotary)
        return output(causalAttention(turned, heads: heads), addedTo: residual)
    }
}

/// down(silu(gate(x)) · up(x)) (Shazeer 2020).
public struct SwiGLU: Layer {
    /// To the neurons.  // [width, neurons]
    public let gate, up: Linear
    /// And back.  // [neurons, width]
    public let down: Linear

    init(_ sizes: ModelConfiguration) {
        gate = Linear(zeros: sizes.hidden, sizes.neurons, bias: false)
        up = Linear(zeros: sizes.hidden, sizes.neurons, bias: false)
        down = Linear(zeros: sizes.neurons, sizes.hidden, bias: false)
    }

    public func callAsFunction(_ x: Tensor) -> Tensor { down(silu(gate(x)) * up(x)) }

    /// The layer's result added to a residual stream, in one pass.
    public func callAsFunction(_ x: Tensor, addedTo residual: Tensor) -> Tensor {
        down(silu(gate(x)) * up(x), addedTo: residual)
    }
}

extension Linear {
    /// A layer whose weights are to be set.
    init(zeros inputs: Int, _ outputs: Int, bias: Bool) {
        self.init(weight: Tensor(zeros: [inputs, outputs]), bias: bias ? Tensor(zeros: [outputs]) : nil)
    }
}
