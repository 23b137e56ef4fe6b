import Notebook

/// Causal attention of every head over its own part of queries, keys and values.
///
/// softmax(q kᵀ / √width) v, where no token sees a later one (Vaswani et al. 2017). Rows of the pattern are computed
/// block by block, here and again for the gradient, and never stored; what lies above the diagonal is not computed.
///
/// - Parameter queryKeyValue: the three side by side, each head's part in turn.  // [rows, length, 3 hidden]
/// - Returns: [rows, length, hidden]
public func causalAttention(_ queryKeyValue: Tensor, heads: Int) -> Tensor {
    require(
        queryKeyValue.rank == 3 && heads > 0 && queryKeyValue.shape[2] % 3 == 0
            && queryKeyValue.shape[2] / 3 % heads == 0,
        "causalAttention: \(queryKeyValue.shape) with \(heads) heads - it must be [rows, length, 3 x heads x width]")
    Interruption.check()
    let sizes = AttentionSizes(queryKeyValue.shape, heads: heads)
    let result = Tensor(uninitialized: [sizes.rows, sizes.length, sizes.hidden])
    let normalizers = Tensor(uninitialized: [sizes.rows, heads, sizes.length])
    let scratch = Scratch(floats: sizes.forwardFloats)
    let (from, to, kept) = (queryKeyValue.storage.floats, result.storage.floats, normalizers.storage.floats)
    parallel(sizes.rows * heads) { unit, worker in
        AttentionHead(sizes, unit: unit, from: from, normalizers: kept)
            .forward(into: to + sizes.outputOffset(unit), scratch: scratch[worker])
    }
    withExtendedLifetime((queryKeyValue.storage, scratch)) {}
    return result.recorded(from: queryKeyValue) { [kept = result.withoutGradient] gradient in
        queryKeyValue.accumulate(attentionGradient(gradient, queryKeyValue, kept, normalizers, sizes))
    }
}

private func attentionGradient(
    _ gradient: Tensor, _ queryKeyValue: Tensor, _ output: Tensor, _ normalizers: Tensor, _ sizes: AttentionSizes
) -> Tensor {
    let result = Tensor(uninitialized: queryKeyValue.shape)
    let scratch = Scratch(floats: sizes.backwardFloats)
    let (from, to, kept) = (queryKeyValue.storage.floats, result.storage.floats, normalizers.storage.floats)
    let (incoming, found) = (gradient.storage.floats, output.storage.floats)
    parallel(sizes.rows * sizes.heads) { unit, worker in
        let offset = sizes.outputOffset(unit)
        AttentionHead(sizes, unit: unit, from: from, normalizers: kept).backward(
            incoming: incoming + offset, output: found + offset, into: to + sizes.inputOffset(unit),
            scratch: scratch[worker])
    }
    withExtendedLifetime((gradient.storage, queryKeyValue.storage, output.storage, normalizers.storage, scratch)) {}
    return result
}

/// How much each token attends to each token up to it.  // [..., length, width] x 2 -> [..., length, length]
public func causalPattern(_ queries: Tensor, _ keys: Tensor) -> Tensor {
    require(
        queries.rank >= 2 && keys.rank >= 2 && queries.shape[-2] == keys.shape[-2],
        "causalPattern: queries \(queries.shape), keys \(keys.shape) - both must be [..., length, width]")
    let length = queries.shape[-2]
    let scores = matmul(queries * (1 / Float(queries.shape[-1]).squareRoot()), transposing: keys)
    var mask = Tensor(zeros: [length, length])
    mask.withMutableElements { elements in
        for row in 0..<length {
            for column in (row + 1)..<max(length, row + 1) { elements[row * length + column] = -1e30 }
        }
    }
    return softmax(scores + mask)
}

/// What follows from the shape of an attention layer.
struct AttentionSizes {
    let rows: Int
    let length: Int
    let hidden: Int
    let heads: Int
    let width: Int
    /// Queries that are worked on together: as many as keep their patterns in the second cache.
    let blockRows: Int
    /// Floats from row to row of a block of patterns.
    let patternStep: Int
    let queryStep: Int
    let keyLayout: PanelLayout
    let valueLayout: PanelLayout

    init(_ shape: Shape, heads: Int) {
        (rows, length, hidden, self.heads) = (shape[0], shape[1], shape[2] / 3, heads)
        width = hidden / heads
        // A whole number of tiles, so that the keys of a tile meet their first query in the same block.
        let tile = TileSize.rowsTogether
        let fitting = 32768 / max(length, 1) / tile * tile
        blockRows = max(tile, min(96, fitting, (length + tile - 1) / tile * tile))
        patternStep = (length + 15) / 16 * 16 + 16
        queryStep = (width + 15) / 16 * 16 + 16
        keyLayout = PanelLayout(inner: width, columns: length)
        valueLayout = PanelLayout(inner: length, columns: width)
    }

    var patternFloats: Int { (blockRows + 1) * patternStep }
    var forwardFloats: Int { keyLayout.floats + valueLayout.floats + blockRows * (queryStep + 1) + patternFloats }
    var backwardFloats: Int {
        2 * keyLayout.floats + valueLayout.floats + 2 * blockRows * queryStep + 2 * patternFloats
            + 2 * PanelLayout(inner: blockRows, columns: width).floats + blockRows
    }

    /// Where a head's queries start in the input, and where its part of the output does.
    func inputOffset(_ unit: Int) -> Int { unit / heads * length * 3 * hidden + unit % heads * width }
    func outputOffset(_ unit: Int) -> Int { unit / heads * length * hidden + unit % heads * width }
}
