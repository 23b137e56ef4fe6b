import Notebook
import Stories
import Tensors

/// A model that reads tokens in pairs, so that its deepest part works on half as many places as there are tokens: the
/// Compressor of the report on story models.
///
/// An encoder of half the depth makes one vector of each pair, by itself. A causal trunk of full depth reads these
/// vectors, and its state after a pair is all that a decoder of half the depth is told of the text so far: with the last
/// token before them, it foretells the next two tokens, one after the other.
///
/// ```swift
/// let model = Compressor(hidden: 256, layers: 8, heads: 4, vocabulary: 4096, context: 256)
/// ```
///
/// Where the report leaves something open: a pair's summary stands behind its tokens, so that the causal attention of
/// all other blocks shows it both; pairs are not joined any further; the head is the token embedding.
public struct Compressor: TiedModel {
    /// One vector for each token id; the head uses it as well.
    public let tokens: Embedding
    /// What is added to the first and to the second token of a pair, and what the summary of both begins with.
    public let pairPlaces: Embedding
    /// The blocks that make one vector of a pair.
    public let encoder: [GPT.Block]
    /// One vector for the beginning of a text, and for each pair.
    public let positions: Embedding
    /// The blocks that read the pairs' vectors.
    public let trunk: [GPT.Block]
    /// The LayerNorm that the trunk ends with.
    public let trunkNorm: LayerNorm
    /// What is added to both tokens after which the decoder foretells.
    public let windowPlaces: Embedding
    /// The blocks that foretell two tokens.
    public let decoder: [DecoderBlock]
    /// The last LayerNorm.
    public let norm: LayerNorm
    public let context: Int
    /// The tokenizer, where the model knows one.
    public let coding = TextCoding()

    /// A block of the decoder: attention within the last two tokens, then what the trunk tells, then a feed-forward layer.
    public struct DecoderBlock: Layer {
        /// Before attention.
        public let attentionNorm: LayerNorm
        /// What lets the second token see the first.
        public let attention: SelfAttention
        /// What the trunk tells.
        public let stateAttention: StateAttention
        /// Before the feed-forward layer.
        public let feedForwardNorm: LayerNorm
        /// What works on each token by itself.
        public let feedForward: FeedForward

        /// x: [windows, 2, hidden], state: [windows, 1, hidden]
        public func callAsFunction(_ x: Tensor, state: Tensor) -> Tensor {
            let x = attention(attentionNorm(x), addedTo: x) + stateAttention(state)
            return feedForward(feedForwardNorm(x), addedTo: x)
        }
    }

    /// A model of random weights, initialised as GPT-2 is.
    ///
    /// - Parameters:
    ///   - hidden: the width of the residual streams.
    ///   - layers: the depth of the trunk; encoder and decoder have half of it.
    ///   - heads: how many attention heads share the width; they must divide it.
    ///   - context: the longest row of tokens.
    ///   - neurons: the width of the feed-forward layers, 1024 at any hidden size in the report.
    ///   - seed: where the weights come from.
    public init(
        hidden: Int, layers: Int, heads: Int, vocabulary: Int, context: Int, neurons: Int = 1024,
        epsilon: Float = 1e-5, seed: Int = 0
    ) {
        require(layers >= 0, "Compressor: \(layers) layers - their number cannot be negative")
        require(
            hidden > 0 && heads > 0 && hidden % heads == 0,
            "Compressor: hidden \(hidden) with \(heads) heads - the heads must divide the hidden size")
        require(
            context > 0 && neurons > 0, "Compressor: context \(context), \(neurons) neurons - both must be positive")
        self.init(
            ModelConfiguration(
                architecture: .compressor, hidden: hidden, layers: layers, heads: heads, keyValueHeads: heads,
                headWidth: hidden / heads, neurons: neurons, vocabulary: vocabulary, context: context, epsilon: epsilon,
                windows: Array(repeating: nil, count: layers)))
        randomize(seed: seed)
    }

    /// A model of these sizes whose weights are 0.
    init(_ sizes: ModelConfiguration) {
        let hidden = sizes.hidden
        tokens = Embedding(weight: Tensor(zeros: [sizes.vocabulary, hidden]))
        pairPlaces = Embedding(weight: Tensor(zeros: [3, hidden]))
        encoder = (0..<sizes.halfDepth).map { _ in GPT.Block(zeros: sizes) }
        positions = Embedding(weight: Tensor(zeros: [1 + sizes.context / 2, hidden]))
        trunk = (0..<sizes.layers).map { _ in GPT.Block(zeros: sizes) }
        trunkNorm = LayerNorm(hidden, epsilon: sizes.epsilon)
        windowPlaces = Embedding(weight: Tensor(zeros: [2, hidden]))
        decoder = (0..<sizes.halfDepth).map { _ in DecoderBlock(zeros: sizes) }
        norm = LayerNorm(hidden, epsilon: sizes.epsilon)
        context = sizes.context
    }

    /// Gives every matrix normally distributed weights; those that write to a residual stream get smaller ones.
    private func randomize(seed: Int) {
        let writing = 0.02 / Float(max(2 * layers, 1)).squareRoot()
        for (index, (path, parameter)) in namedParameters.enumerated() where parameter.shape.rank == 2 {
            let writes = path.hasSuffix("output.weight") || path.hasSuffix("down.weight")
            let isPlace = path.hasPrefix("positions") || path.contains("Places")
            parameter.value = Tensor(
                normal: parameter.shape, deviation: writes ? writing : isPlace ? 0.01 : 0.02,
                seed: seed &* 1000 &+ index)
        }
    }

    public var vocabulary: Int { tokens.count }
    /// The width of the residual streams.
    public var hidden: Int { tokens.width }
    /// How many blocks the trunk has.
    public var layers: Int { trunk.count }
    /// How many attention heads a block has.
    public var heads: Int { trunk.first?.attention.heads ?? 1 }

    /// The normalised end of the decoder's residual stream, from which the token after each one is foretold.
    /// // [rows, length, hidden]
    public func states(_ ids: [Int32], rows: Int, length: Int) -> Tensor {
        require(
            (1...context).contains(length),
            "Compressor: \(length) tokens in a row - this model reads at least one and at most \(context)")
        let embedded = tokens(ids).reshaped(to: rows, length, hidden)
        let told = trunkStates(pairVectors(embedded))
        // Before the first token, and after the last one of an even number, there is none.
        let none = Tensor(zeros: [rows, 1, hidden])
        let windowed = Tensor.concatenate([none, embedded] + (length % 2 == 0 ? [none] : []), axis: 1)
        let windows = rows * (length / 2 + 1)
        var x = windowed.reshaped(to: windows, 2, hidden) + windowPlaces.weight.value
        let state = told.reshaped(to: windows, 1, hidden)
        for block in decoder { x = block(x, state: state) }
        return norm(x).reshaped(to: rows, -1, hidden)[.all, 1..<length + 1]
    }

    /// One vector for each whole pair of tokens.  // [rows, length, hidden] -> [rows, length / 2, hidden]
    private func pairVectors(_ embedded: Tensor) -> Tensor {
        let (rows, pairs) = (embedded.shape[0], embedded.shape[1] / 2)
        if pairs == 0 { return Tensor(zeros: [rows, 0, hidden]) }
        let both = embedded[.all, 0..<2 * pairs].reshaped(to: rows * pairs, 2, hidden)
        let summary = Tensor(zeros: [rows * pairs, 1, hidden])
        var x = Tensor.concatenate([both, summary], axis: 1) + pairPlaces.weight.value
        for block in encoder { x = block(x) }
        return x[.all, 2].reshaped(to: rows, pairs, hidden)
    }

    /// What the trunk knows before the first pair and after each.  // [rows, pairs, hidden] -> [rows, pairs + 1, hidden]
    private func trunkStates(_ pairs: Tensor) -> Tensor {
        let beginning = Tensor(zeros: [pairs.shape[0], 1, hidden])
        var x = Tensor.concatenate([beginning, pairs], axis: 1) + positions.weight.value[0..<pairs.shape[1] + 1]
        for block in trunk { x = block(x) }
        return trunkNorm(x)
    }
}

extension ModelConfiguration {
    /// How deep a Compressor's encoder and decoder are.
    var halfDepth: Int { (layers + 1) / 2 }
}

extension GPT.Block {
    /// A block whose weights are to be set.
    init(zeros sizes: ModelConfiguration) {
        let hidden = sizes.hidden
        self.init(
            attentionNorm: LayerNorm(hidden, epsilon: sizes.epsilon),
            attention: SelfAttention(zeros: hidden, heads: sizes.heads),
            feedForwardNorm: LayerNorm(hidden, epsilon: sizes.epsilon),
            feedForward: FeedForward(zeros: hidden, neurons: sizes.neurons))
    }
}

extension Compressor.DecoderBlock {
    /// A block whose weights are to be set.
    init(zeros sizes: ModelConfiguration) {
        let hidden = sizes.hidden
        attentionNorm = LayerNorm(hidden, epsilon: sizes.epsilon)
        attention = SelfAttention(zeros: hidden, heads: sizes.heads)
        stateAttention = StateAttention(zeros: hidden)
        feedForwardNorm = LayerNorm(hidden, epsilon: sizes.epsilon)
        feedForward = FeedForward(zeros: hidden, neurons: sizes.neurons)
    }
}

extension SelfAttention {
    /// A layer whose weights are to be set.
    init(zeros width: Int, heads: Int) {
        self.init(
            queryKeyValue: Linear(zeros: width, 3 * width, bias: true),
            output: Linear(zeros: width, width, bias: true), heads: heads)
    }
}
