import Tensors

/// What decoding needs to know of a causal transformer: its sizes, its weights packed for reading, and the few ways in
/// which GPT-2, GPT-Neo and Llama differ.
package struct TransformerPlan {
    /// A normalisation of a row.
    struct Norm {
        let gain: Tensor
        let bias: Tensor?
        let epsilon: Float

        init(_ layer: LayerNorm) {
            (gain, bias, epsilon) = (layer.gain.value.withoutGradient, layer.bias.value.withoutGradient, layer.epsilon)
        }

        init(_ layer: RMSNorm) { (gain, bias, epsilon) = (layer.gain.value.withoutGradient, nil, layer.epsilon) }
    }

    /// What works on each token by itself.
    enum FeedForward {
        /// down(gelu(up(x)))
        case gelu(up: PackedMatrix, down: PackedMatrix)
        /// down(silu(gate(x)) · up(x))
        case swiGLU(gate: PackedMatrix, up: PackedMatrix, down: PackedMatrix)
    }

    struct Block {
        let attentionNorm: Norm
        /// Queries, keys and values side by side.
        let queryKeyValue: PackedMatrix
        let output: PackedMatrix
        /// How far back a token sees, itself included; to the beginning without one.
        var window: Int?
        let feedForwardNorm: Norm
        let feedForward: FeedForward
    }

    let hidden: Int
    let heads: Int
    let keyValueHeads: Int
    let headWidth: Int
    let vocabulary: Int
    let context: Int
    /// What the products of queries and keys are multiplied by.
    let attentionScale: Float
    let tokens: Tensor
    /// One vector for each place in a row, where a model learns them.
    var positions: Tensor?
    /// The angles by which queries and keys are turned, where a model does so.
    var rotary: RotaryPositions?
    let blocks: [Block]
    let norm: Norm
    let head: PackedMatrix

    var cacheLayout: KeyValueCache.Layout {
        KeyValueCache.Layout(layers: blocks.count, heads: keyValueHeads, headWidth: headWidth)
    }
}
