import Notebook

/// Token plus position embeddings.  // [rows, length, width]
///
/// - Parameter ids: row by row; an id outside the table stops the cell.
public func embeddingSum(_ tokens: Tensor, _ positions: Tensor, ids: [Int32], rows: Int, length: Int) -> Tensor {
    require(ids.count == rows * length, "embedding: \(ids.count) ids for \(rows) rows of \(length)")
    require(length <= positions.shape[0], "embedding: \(length) tokens in a row for \(positions.shape[0]) positions")
    return tokens.gather(ids).reshaped(to: rows, length, tokens.shape[1]) + positions.slice(0, 0..<length)
}

/// The mean of -log softmax(x Eᵀ)[target] in nats, without ever holding all logits.
///
/// - Parameters:
///   - x: what the network ends with.  // [..., width]
///   - embedding: a row for each class.  // [classes, width]
///   - targets: the right class of each row of x; a negative one does not count.
public func headLoss(_ x: Tensor, _ embedding: Tensor, targets: [Int32]) -> Tensor {
    crossEntropy(matmul(x, transposing: embedding), targets: targets)
}
