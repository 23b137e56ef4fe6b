import Notebook

/// Causal attention of every head over its own part of queries, keys and values.
///
/// softmax(q kᵀ / √width) v, where no token sees a later one (Vaswani et al. 2017).
///
/// - Parameter queryKeyValue: the three side by side, each head's part in turn.  // [rows, length, 3 hidden]
/// - Returns: [rows, length, hidden]
public func causalAttention(_ queryKeyValue: Tensor, heads: Int) -> Tensor {
    require(
        queryKeyValue.rank == 3 && queryKeyValue.shape[2] % (3 * heads) == 0,
        "causalAttention: \(queryKeyValue.shape) with \(heads) heads - it must be [rows, length, 3 x heads x width]")
    let (rows, length, hidden) = (queryKeyValue.shape[0], queryKeyValue.shape[1], queryKeyValue.shape[2] / 3)
    let parts = queryKeyValue.reshaped(to: rows, length, 3, heads, hidden / heads).transposed(2, 0, 3, 1, 4)
    let found = matmul(causalPattern(parts[0], parts[1]), parts[2])  // [rows, heads, length, width]
    return found.transposed(0, 2, 1, 3).reshaped(to: rows, length, hidden)
}

/// How much each token attends to each token up to it.  // [..., length, width] x 2 -> [..., length, length]
public func causalPattern(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    let length = queries.shape[-2]
    let scores = matmul(queries * (1 / Float(queries.shape[-1]).squareRoot()), transposing: keys)
    var mask = Tensor(zeros: [length, length])
    mask.withMutableElements { elements in
        for row in 0..<length { for column in (row + 1)..<max(length, row + 1) { elements[row * length + column] = -1e30 } }
    }
    return softmax(scores + mask)
}
