import Notebook

/// eˣ of each element along the last axis, divided by their sum.
public func softmax(_ x: Tensor) -> Tensor {
    let result = x.eachRow { row, to, width in
        let top = rowMaximum(row, width)
        var total: Float = 0
        for i in stride(from: 0, to: width, by: 16) {
            let n = min(16, width - i)
            let e = exponential((n == 16 ? load(row + i) : load(row + i, count: n)) - top)
            if n == 16 { store(e, to: to + i) } else { store(e, to: to + i, count: n) }
        }
        total = lanesSum(to, width)
        for i in 0..<width { to[i] /= total }
    }
    return result.recorded(from: x) { [node = x.node] g in
        node?.accumulate((g - (g * result).sum(axis: -1, keepingAxis: true)) * result)
    }
}

/// eˣ of each element along an axis, divided by their sum.
public func softmax(_ x: Tensor, axis: Int) -> Tensor {
    softmax(x.withLast(axis, for: "softmax")).withLast(axis, for: "softmax")
}

/// The logarithm of the softmax along an axis, without its rounding.
public func logSoftmax(_ x: Tensor, axis: Int) -> Tensor {
    logSoftmax(x.withLast(axis, for: "logSoftmax")).withLast(axis, for: "logSoftmax")
}

extension Tensor {
    /// The tensor with an axis and the last one exchanged.
    fileprivate func withLast(_ axis: Int, for operation: String) -> Tensor {
        var axes = Array(0..<rank)
        axes.swapAt(shape.resolve(axis: axis, for: operation), rank - 1)
        return transposed(axes)
    }
}

/// The logarithm of the softmax along the last axis, without its rounding.
public func logSoftmax(_ x: Tensor) -> Tensor {
    let result = x.eachRow { row, to, width in
        let top = rowMaximum(row, width)
        var sums = Vector(repeating: 0)
        for i in stride(from: 0, to: width - width % 16, by: 16) { sums += exponential(load(row + i) - top) }
        var total = horizontalSum(sums)
        for i in (width - width % 16)..<width { total += exponential(Vector(repeating: row[i] - top))[0] }
        let normalizer = top + logarithm(Vector(repeating: total))[0]
        for i in 0..<width { to[i] = row[i] - normalizer }
    }
    return result.recorded(from: x) { [node = x.node] g in
        node?.accumulate(g - exp(result) * g.sum(axis: -1, keepingAxis: true))
    }
}

/// The mean of -log p(target) over the rows whose target is not negative.
///
/// - Parameters:
///   - logits: scores before the softmax.  // [rows, classes]
///   - targets: the right class of each row; a negative one is left out.
/// - Returns: the mean in nats, 0 if every target is left out.
public func crossEntropy(_ logits: Tensor, targets: [Int32]) -> Tensor {
    let rows = logits.shape.rowCount
    require(
        targets.count == rows, "crossEntropy: \(targets.count) targets for \(logits.shape), which has \(rows) rows")
    for target in targets {
        require(
            target < logits.shape.innermost,
            "crossEntropy: target \(target) for \(logits.shape) - there are \(logits.shape.innermost) classes")
    }
    let counted = targets.indices.filter { targets[$0] >= 0 }
    let weights = Tensor(targets.map { $0 < 0 ? 0 : -1 / Float(max(counted.count, 1)) })
    let flat = logSoftmax(logits.reshaped(to: [rows, logits.shape.innermost]))
    return (flat.picking(targets.map { max($0, 0) }) * weights).sum()
}

extension Tensor {
    /// A tensor of this shape, each row of which is made from the row here.
    @inline(__always)
    func eachRow(
        _ body: (_ row: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ width: Int) -> Void
    ) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let (from, to, width) = (storage.floats, result.storage.floats, shape.innermost)
        parallelRanges(shape.rowCount, grain: Swift.max(1, 16384 / Swift.max(width, 1))) { rows in
            for row in rows { body(from + row * width, to + row * width, width) }
        }
        withExtendedLifetime(storage) {}
        return result
    }
}

@inline(__always)
package func rowMaximum(_ row: UnsafePointer<Float>, _ width: Int) -> Float {
    guard width >= 16 else {
        var top = -Float.infinity
        for i in 0..<width where row[i] > top { top = row[i] }
        return top
    }
    var top = load(row)
    for i in stride(from: 16, to: width - 15, by: 16) {
        let next = load(row + i)
        top.replace(with: next, where: next .> top)
    }
    let last = load(row + width - 16)
    return horizontalMax(top.replacing(with: last, where: last .> top))
}
