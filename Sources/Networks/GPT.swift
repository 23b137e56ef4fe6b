import Notebook
import Stories
import Tensors

/// GPT-2's architecture: pre-LayerNorm blocks, learned positions, GELU, and a head tied to the token embedding
/// (Radford et al. 2019).
///
/// ```swift
/// let model = GPT(hidden: 128, layers: 8, heads: 4, vocabulary: 4096, context: 256, seed: 7)
/// ```
public struct GPT: TiedModel {
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

    /// Whether training computes what is inside a block twice instead of keeping it: it needs a fraction of the memory
    /// and a third more time.
    public var recomputesBlocks = false

    /// A block: attention, then a feed-forward layer, each on a normalised copy of the residual stream.
    public struct Block: Layer {
        /// Before attention.
        public let attentionNorm: LayerNorm
        /// What lets tokens see the ones before them.
        public let attention: SelfAttention
        /// Before the feed-forward layer.
        public let feedForwardNorm: LayerNorm
        /// What works on each token by itself.
        public let feedForward: FeedForward

        /// A block of given layers.
        public init(
            attentionNorm: LayerNorm, attention: SelfAttention, feedForwardNorm: LayerNorm, feedForward: FeedForward
        ) {
            (self.attentionNorm, self.attention) = (attentionNorm, attention)
            (self.feedForwardNorm, self.feedForward) = (feedForwardNorm, feedForward)
        }

        /// x: [rows, length, hidden]
        public func callAsFunction(_ x: Tensor) -> Tensor {
            let x = attention(attentionNorm(x), addedTo: x)
            return feedForward(feedForwardNorm(x), addedTo: x)
        }
    }

    /// A model of random weights, initialised as GPT-2 is.
    ///
    /// - Parameters:
    ///   - hidden: the width of the residual stream.
    ///   - heads: how many attention heads share it; they must divide it.
    ///   - context: the longest row of tokens.
    ///   - neurons: the width of the feed-forward layers, four times the hidden size unless given.
    ///   - seed: where the weights come from.
    public init(
        hidden: Int, layers: Int, heads: Int, vocabulary: Int, context: Int, neurons: Int? = nil,
        epsilon: Float = 1e-5, seed: Int = 0
    ) {
        require(layers >= 0, "GPT: \(layers) layers - their number cannot be negative")
        require(
            hidden > 0 && heads > 0 && hidden % heads == 0,
            "GPT: hidden \(hidden) with \(heads) heads - the heads must divide the hidden size")
        let outputDeviation = 0.02 / Float(max(2 * layers, 1)).squareRoot()
        tokens = Embedding(vocabulary, hidden, seed: seed &* 1000)
        positions = Embedding(context, hidden, deviation: 0.01, seed: seed &* 1000 + 1)
        blocks = (0..<layers).map { layer in
            let seed = seed &* 1000 + 10 + 4 * layer
            return Block(
                attentionNorm: LayerNorm(hidden, epsilon: epsilon),
                attention: SelfAttention(hidden, heads: heads, outputDeviation: outputDeviation, seed: seed),
                feedForwardNorm: LayerNorm(hidden, epsilon: epsilon),
                feedForward: FeedForward(
                    hidden, neurons: neurons ?? 4 * hidden, outputDeviation: outputDeviation, seed: seed + 2))
        }
        norm = LayerNorm(hidden, epsilon: epsilon)
    }

    /// A model of given layers.
    public init(tokens: Embedding, positions: Embedding, blocks: [Block], norm: LayerNorm) {
        (self.tokens, self.positions, self.blocks, self.norm) = (tokens, positions, blocks, norm)
    }

    /// The width of the residual stream.
    public var hidden: Int { tokens.width }
    /// How many blocks there are.
    public var layers: Int { blocks.count }
    /// How many attention heads a block has.
    public var heads: Int { blocks.first?.attention.heads ?? 1 }
    public var vocabulary: Int { tokens.count }
    public var context: Int { positions.count }

    /// The normalised residual stream after the last block.  // [rows, length, hidden]
    public func states(_ ids: [Int32], rows: Int, length: Int) -> Tensor {
        var x = embedded(ids, rows: rows, length: length)
        for block in blocks { x = recomputesBlocks ? recomputing(x) { block($0) } : block(x) }
        return norm(x)
    }

    /// The sum of token and position embeddings.  // [rows, length, hidden]
    package func embedded(_ ids: [Int32], rows: Int, length: Int) -> Tensor {
        require(length <= context, "GPT: \(length) tokens in a row - this model's context is \(context)")
        return embeddingSum(tokens.weight.value, positions.weight.value, ids: ids, rows: rows, length: length)
    }
}
