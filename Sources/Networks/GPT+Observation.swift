import Tensors

/// A place in a transformer whose values can be read, or replaced, while it runs.
public enum Site: Hashable, Sendable {
    /// The residual stream before a layer; after the last one for `layer == layers`.  // [rows, length, hidden]
    case residual(layer: Int)
    /// Each head's queries, keys or values.  // [rows, heads, length, head width]
    case queries(layer: Int), keys(layer: Int), values(layer: Int)
    /// How much each token attends to each one before it.  // [rows, heads, length, length]
    case attention(layer: Int)
    /// What each head found, before the output projection.  // [rows, heads, length, head width]
    case headOutput(layer: Int)
    /// What attention adds to the residual stream.  // [rows, length, hidden]
    case attentionOutput(layer: Int)
    /// The neurons before GELU.  // [rows, length, neurons]
    case preactivation(layer: Int)
    /// The neurons.  // [rows, length, neurons]
    case neurons(layer: Int)
    /// What the feed-forward layer adds to the residual stream.  // [rows, length, hidden]
    case feedForwardOutput(layer: Int)
}

extension GPT {
    /// Logits by a forward pass that shows the value at every site to `observe` and goes on with what it returns.
    ///
    /// It computes step by step what the fast forward pass fuses, so it is slower and needs memory for every pattern.
    public func logits(_ ids: [[Int32]], observing observe: (Site, Tensor) -> Tensor) -> Tensor {
        let (rows, length) = (ids.count, ids.first?.count ?? 0)
        var x = embedded(Array(ids.joined()), rows: rows, length: length)
        for (layer, block) in blocks.enumerated() {
            x = observe(.residual(layer: layer), x)
            let attended = block.attention.observed(block.attentionNorm(x), layer, observe)
            x = x + observe(.attentionOutput(layer: layer), attended)
            let before = observe(.preactivation(layer: layer), block.feedForward.up(block.feedForwardNorm(x)))
            let neurons = observe(.neurons(layer: layer), gelu(before))
            x = x + observe(.feedForwardOutput(layer: layer), block.feedForward.down(neurons))
        }
        x = observe(.residual(layer: layers), x)
        return matmul(norm(x), transposing: tokens.weight.value)
    }
}

extension SelfAttention {
    fileprivate func observed(_ x: Tensor, _ layer: Int, _ observe: (Site, Tensor) -> Tensor) -> Tensor {
        let (rows, length, width) = (x.shape[0], x.shape[1], x.shape[2])
        let parts = queryKeyValue(x).reshaped(to: rows, length, 3, heads, width / heads).transposed(2, 0, 3, 1, 4)
        let q = observe(.queries(layer: layer), parts[0])
        let k = observe(.keys(layer: layer), parts[1])
        let v = observe(.values(layer: layer), parts[2])
        let pattern = observe(.attention(layer: layer), causalPattern(q, k))
        let found = observe(.headOutput(layer: layer), matmul(pattern, v))
        return output(found.transposed(0, 2, 1, 3).reshaped(to: rows, length, width))
    }
}
