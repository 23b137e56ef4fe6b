import Notebook
import Tensors

/// What a causal transformer is made of, said once: how texts are written and how a forward pass is watched follow from
/// it.
public struct TransformerAnatomy {
    /// A normalisation of each token's numbers.
    public enum Norm {
        /// Centred and scaled, as in GPT-2 and GPT-Neo.
        case layer(LayerNorm)
        /// Scaled by the root mean square, as in Llama.
        case rootMeanSquare(RMSNorm)

        func callAsFunction(_ x: Tensor) -> Tensor {
            switch self {
            case .layer(let norm): norm(x)
            case .rootMeanSquare(let norm): norm(x)
            }
        }
    }

    /// The ways from the stream to queries, keys and values.
    public enum Projections {
        /// One matrix for the three, side by side.  // [hidden, 3 · heads · head width]
        case joined(Linear)
        /// A matrix for each.
        case separate(query: Linear, key: Linear, value: Linear)
    }

    /// What works on each token by itself.
    public enum FeedForward {
        /// down(gelu(up(x)))
        case gelu(up: Linear, down: Linear)
        /// down(silu(gate(x)) · up(x))
        case swiGLU(gate: Linear, up: Linear, down: Linear)

        /// How many neurons there are.
        package var neurons: Int {
            switch self {
            case .gelu(let up, _), .swiGLU(_, let up, _): up.outputs
            }
        }

        /// The neurons before their activation function; of a gated layer, what opens the gate.
        package func preactivation(_ x: Tensor) -> Tensor {
            switch self {
            case .gelu(let up, _): up(x)
            case .swiGLU(let gate, _, _): gate(x)
            }
        }

        /// The neurons' values, from the layer's input and their preactivation.
        func neurons(_ x: Tensor, _ preactivation: Tensor) -> Tensor {
            switch self {
            case .gelu: Tensors.gelu(preactivation)
            case .swiGLU(_, let up, _): silu(preactivation) * up(x)
            }
        }

        func down(_ neurons: Tensor) -> Tensor {
            switch self {
            case .gelu(_, let down), .swiGLU(_, _, let down): down(neurons)
            }
        }
    }

    /// A block: attention, then a feed-forward layer, each on a normalised copy of the residual stream.
    public struct Block {
        let attentionNorm: Norm
        let projections: Projections
        let output: Linear
        let window: Int?
        let feedForwardNorm: Norm
        /// What works on each token by itself.
        package let feedForward: FeedForward

        /// A block of these parts.
        ///
        /// - Parameters:
        ///   - output: from the heads' values back to the stream.
        ///   - window: how far back a token sees, itself included; to the beginning, if it is left out.
        public init(
            attentionNorm: Norm, projections: Projections, output: Linear, window: Int? = nil, feedForwardNorm: Norm,
            feedForward: FeedForward
        ) {
            (self.attentionNorm, self.projections, self.output) = (attentionNorm, projections, output)
            (self.window, self.feedForwardNorm, self.feedForward) = (window, feedForwardNorm, feedForward)
        }
    }

    /// How many attention heads a block has.
    let heads: Int
    /// How many of keys and values they share.
    let keyValueHeads: Int
    /// How wide a head is.
    let headWidth: Int
    /// The longest row of tokens.
    let context: Int
    /// What the products of queries and keys are multiplied by.
    let attentionScale: Float
    let tokens: Embedding
    let positions: Embedding?
    let rotary: RotaryAngles?
    /// The blocks, first to last.
    package let blocks: [Block]
    let norm: Norm
    let head: Linear?

    /// A transformer of these parts.
    ///
    /// - Parameters:
    ///   - keyValueHeads: how many heads of keys and values the attention heads share; one each, if it is left out.
    ///     Those that share have rotary positions.
    ///   - headWidth: how wide a head is; hidden / heads, if it is left out.
    ///   - attentionScale: what scores are multiplied by before their softmax; 1/√width, if it is left out.
    ///   - positions: one vector for each place in a row, where the model learns them.
    ///   - rotary: by which angles queries and keys are turned, where they are.
    ///   - head: to the logits, where that is not the token embedding.
    public init(
        heads: Int, keyValueHeads: Int? = nil, headWidth: Int? = nil, context: Int, attentionScale: Float? = nil,
        tokens: Embedding, positions: Embedding? = nil, rotary: RotaryAngles? = nil, blocks: [Block], norm: Norm,
        head: Linear? = nil
    ) {
        (self.heads, self.keyValueHeads) = (heads, keyValueHeads ?? heads)
        self.headWidth = headWidth ?? tokens.width / max(1, heads)
        require(
            self.keyValueHeads == heads || rotary != nil && heads % self.keyValueHeads == 0,
            "TransformerAnatomy: \(heads) heads share \(self.keyValueHeads) of keys and values - the number must divide "
                + "the heads, and the positions be rotary")
        self.context = context
        self.attentionScale = attentionScale ?? 1 / Float(self.headWidth).squareRoot()
        (self.tokens, self.positions, self.rotary) = (tokens, positions, rotary)
        (self.blocks, self.norm, self.head) = (blocks, norm, head)
    }

    /// The width of the residual stream.
    var hidden: Int { tokens.width }
}
