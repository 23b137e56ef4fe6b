import Notebook
import Tensors

/// Causal multi-head self-attention (Vaswani et al. 2017).
public struct SelfAttention: Layer {
    /// Queries, keys and values side by side.  // [width, 3 width]
    public let queryKeyValue: Linear
    /// From the heads' values back to the stream.  // [width, width]
    public let output: Linear
    /// How many heads share the width.
    public let heads: Int

    /// A layer of random weights.
    ///
    /// - Parameter outputDeviation: the deviation of the output's weights, which GPT-2 scales down by depth.
    public init(_ width: Int, heads: Int, deviation: Float = 0.02, outputDeviation: Float = 0.02, seed: Int? = nil) {
        require(
            heads > 0 && width % heads == 0,
            "SelfAttention: width \(width) with \(heads) heads - the heads must divide the width")
        let seed = Initialization.seed(seed)
        queryKeyValue = Linear(width, 3 * width, deviation: deviation, seed: seed)
        output = Linear(width, width, deviation: outputDeviation, seed: seed + 1)
        self.heads = heads
    }

    /// A layer of given projections.
    public init(queryKeyValue: Linear, output: Linear, heads: Int) {
        (self.queryKeyValue, self.output, self.heads) = (queryKeyValue, output, heads)
    }

    /// x: [rows, length, width]
    public func callAsFunction(_ x: Tensor) -> Tensor { output(causalAttention(queryKeyValue(x), heads: heads)) }

    /// The layer's result added to a residual stream, in one pass.
    public func callAsFunction(_ x: Tensor, addedTo residual: Tensor) -> Tensor {
        output(causalAttention(queryKeyValue(x), heads: heads), addedTo: residual)
    }
}
