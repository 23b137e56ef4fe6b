import Notebook
import Tensors

/// A place in a transformer whose values can be read, or replaced, while it runs.
public enum Site: Hashable, Sendable {
    /// The residual stream before a layer; after the last one for `layer == layers`.  // [rows, length, hidden]
    case residual(layer: Int)
    /// Each head's queries, keys or values, turned by their positions where a model does so; those that heads share
    /// stand once for each.  // [rows, heads, length, head width]
    case queries(layer: Int), keys(layer: Int), values(layer: Int)
    /// How much each token attends to each one before it.  // [rows, heads, length, length]
    case attention(layer: Int)
    /// What each head found, before the output projection.  // [rows, heads, length, head width]
    case headOutput(layer: Int)
    /// What attention adds to the residual stream.  // [rows, length, hidden]
    case attentionOutput(layer: Int)
    /// The neurons before GELU; of a gated layer, what opens the gate.  // [rows, length, neurons]
    case preactivation(layer: Int)
    /// The neurons.  // [rows, length, neurons]
    case neurons(layer: Int)
    /// What the feed-forward layer adds to the residual stream.  // [rows, length, hidden]
    case feedForwardOutput(layer: Int)
}

extension TransformerModel {
    /// Logits by a forward pass that shows the value at every site to `observe` and goes on with what it returns.
    ///
    /// It computes step by step what the fast forward pass fuses, so it is slower and needs memory for every pattern.
    public func logits(_ ids: [[Int32]], observing observe: (Site, Tensor) -> Tensor) -> Tensor {
        let length = ids.first?.count ?? 0
        require(
            ids.allSatisfy { $0.count == length }, "logits: rows of \(ids.map(\.count)) tokens - they must be equal")
        let anatomy = anatomy
        return anatomy.logits(after: anatomy.stream(Array(ids.joined()), rows: ids.count, observing: observe))
    }
}

extension TransformerAnatomy {
    /// The residual stream before a layer, or after the last one, by a forward pass that can be watched.
    ///
    /// - Returns: [rows, length, hidden].
    package func stream(
        _ ids: [Int32], rows: Int, before end: Int? = nil, observing observe: (Site, Tensor) -> Tensor
    ) -> Tensor {
        let length = ids.count / max(1, rows)
        require(length <= context, "logits: \(length) tokens in a row - this model's context is \(context)")
        var x = embedded(ids, rows: rows, length: length)
        let turning = rotary.map { RotaryPositions(headWidth: headWidth, positions: length, angles: $0) }
        for (layer, block) in blocks.enumerated() where layer < end ?? blocks.count {
            x = observe(.residual(layer: layer), x)
            let attended = attention(of: block, to: block.attentionNorm(x), layer, turning, observe)
            x = x + observe(.attentionOutput(layer: layer), attended)
            let normalized = block.feedForwardNorm(x)
            let before = observe(.preactivation(layer: layer), block.feedForward.preactivation(normalized))
            let neurons = observe(.neurons(layer: layer), block.feedForward.neurons(normalized, before))
            x = x + observe(.feedForwardOutput(layer: layer), block.feedForward.down(neurons))
        }
        return observe(.residual(layer: end ?? blocks.count), x)
    }

    /// The scores of every possible next token.  // [rows, length, hidden] -> [rows, length, vocabulary]
    func logits(after stream: Tensor) -> Tensor {
        let states = norm(stream)
        return head.map { $0(states) } ?? matmul(states, transposing: tokens.weight.value)
    }

    private func embedded(_ ids: [Int32], rows: Int, length: Int) -> Tensor {
        guard let positions else { return tokens(ids).reshaped(to: rows, length, hidden) }
        return embeddingSum(tokens.weight.value, positions.weight.value, ids: ids, rows: rows, length: length)
    }

    private func attention(
        of block: Block, to x: Tensor, _ layer: Int, _ turning: RotaryPositions?, _ observe: (Site, Tensor) -> Tensor
    ) -> Tensor {
        let (rows, length) = (x.shape[0], x.shape[1])
        // [3, rows, heads, length, head width]
        let parts = queriesKeysValues(of: block, x, turning).reshaped(to: rows, length, 3, heads, headWidth)
            .transposed(2, 0, 3, 1, 4)
        let q = observe(.queries(layer: layer), parts[0])
        let k = observe(.keys(layer: layer), parts[1])
        let v = observe(.values(layer: layer), parts[2])
        let seen = attentionPattern(q, k, scale: attentionScale, window: block.window)
        let pattern = observe(.attention(layer: layer), seen)
        let found = observe(.headOutput(layer: layer), matmul(pattern, v))
        return block.output(found.transposed(0, 2, 1, 3).reshaped(to: rows, length, heads * headWidth))
    }

    /// The three side by side, for each head.  // [rows, length, 3 · heads · head width]
    private func queriesKeysValues(of block: Block, _ x: Tensor, _ turning: RotaryPositions?) -> Tensor {
        let (query, key, value): (Tensor, Tensor, Tensor)
        switch block.projections {
        case .joined(let all):
            guard turning != nil else { return all(x) }
            let parts = all(x).split(sizes: Array(repeating: heads * headWidth, count: 3), axis: -1)
            (query, key, value) = (parts[0], parts[1], parts[2])
        case .separate(let toQuery, let toKey, let toValue):
            (query, key, value) = (toQuery(x), toKey(x), toValue(x))
        }
        guard let turning else { return Tensor.concatenate([query, key, value], axis: -1) }
        return rotatedHeads(query: query, key: key, value: value, keyValueHeads: keyValueHeads, positions: turning)
    }
}
