import Notebook

/// Token plus position embeddings.  // [rows, length, width]
///
/// - Parameter ids: row by row; an id outside the table stops the cell.
public func embeddingSum(_ tokens: Tensor, _ positions: Tensor, ids: [Int32], rows: Int, length: Int) -> Tensor {
    require(
        tokens.rank == 2 && positions.rank == 2,
        "embedding: \(tokens.shape), positions \(positions.shape) - both must be tables, [ids, width]")
    let (vocabulary, width) = (tokens.shape[0], tokens.shape[1])
    require(ids.count == rows * length, "embedding: \(ids.count) ids for \(rows) rows of \(length)")
    require(
        length <= positions.shape[0] && positions.shape[-1] == width,
        "embedding: \(length) tokens in a row of \(tokens.shape), positions \(positions.shape)")
    for id in ids {
        require(
            id >= 0 && id < vocabulary, "embedding: id \(id) of \(vocabulary) tokens - the ids are 0..<\(vocabulary)")
    }
    let result = Tensor(uninitialized: [rows, length, width])
    let (table, places, to) = (tokens.storage.floats, positions.storage.floats, result.storage.floats)
    parallelRanges(ids.count, grain: 64) { range in
        for i in range {
            let target = to + i * width
            target.update(from: table + Int(ids[i]) * width, count: width)
            addRow(places + i % length * width, to: target, count: width)
        }
    }
    withExtendedLifetime((tokens.storage, positions.storage)) {}
    return result.recorded(from: tokens, positions) {
        [t = tokens.node, p = positions.node, shapes = (tokens.shape, positions.shape)] g in
        let from = g.storage.floats
        t?.accumulate(shape: shapes.0) { table, isFresh in
            if isFresh { table.update(repeating: 0, count: shapes.0.elementCount) }
            // Each core takes some columns of all rows, so that an id that occurs twice is summed in one order.
            parallelRanges(width, grain: 32) { columns in
                for (i, id) in ids.enumerated() {
                    addRow(
                        from + i * width + columns.lowerBound, to: table + Int(id) * width + columns.lowerBound,
                        count: columns.count)
                }
            }
        }
        p?.accumulate(shape: shapes.1) { places, isFresh in
            if isFresh { places.update(repeating: 0, count: shapes.1.elementCount) }
            parallelRanges(length, grain: 32) { range in
                for row in 0..<rows {
                    addRow(
                        from + (row * length + range.lowerBound) * width, to: places + range.lowerBound * width,
                        count: range.count * width)
                }
            }
        }
        withExtendedLifetime(g.storage) {}
    }
}

/// The mean of -log softmax(x Eᵀ)[target] in nats, without ever holding all logits.
///
/// Tokens are taken some hundred at a time; their scores, loss and gradients are computed at once, piece by piece of
/// the vocabulary, so that nothing is computed twice.
///
/// - Parameters:
///   - x: what the network ends with.  // [..., width]
///   - embedding: a row for each class.  // [classes, width]
///   - targets: the right class of each row of x; a negative one does not count.
/// - Returns: the mean, 0 if no target counts.
public func headLoss(_ x: Tensor, _ embedding: Tensor, targets: [Int32]) -> Tensor {
    let (rows, width) = (x.shape.rowCount, x.shape.innermost)
    require(
        embedding.rank == 2 && embedding.shape[1] == width,
        "headLoss: \(x.shape) with an embedding of \(embedding.shape) - the widths differ")
    require(targets.count == rows, "headLoss: \(targets.count) targets for \(x.shape), which has \(rows) rows")
    for target in targets {
        require(target < embedding.shape[0], "headLoss: target \(target) of \(embedding.shape[0]) classes")
    }
    Interruption.check()
    let counted = targets.reduce(0) { $0 + ($1 >= 0 ? 1 : 0) }
    let wantsGradients = Tape.isRecording && (x.node != nil || embedding.node != nil)
    var pass = HeadPass(
        x, embedding, targets: targets, weight: 1 / Float(max(counted, 1)), wantsGradients: wantsGradients)
    let loss = pass.run()
    guard wantsGradients, let dx = pass.inputGradient, let de = pass.embeddingGradient else { return Tensor(loss) }
    return Tensor(loss).recorded(from: x, embedding) { [x = x.node, e = embedding.node] gradient in
        let scale = gradient.item
        x?.accumulate(scale == 1 ? dx : dx * scale)
        e?.accumulate(scale == 1 ? de : de * scale)
    }
}
