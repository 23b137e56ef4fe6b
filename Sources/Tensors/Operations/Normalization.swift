import Notebook

/// Each row less its mean, divided by its standard deviation, times a gain plus a bias (Ba et al. 2016).
///
/// y = (x - E[x]) / √(Var[x] + ε) · gain + bias along the last axis.
public func layerNorm(_ x: Tensor, gain: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let width = x.shape.innermost
    require(
        gain.shape == [width] && bias.shape == [width],
        "layerNorm: \(x.shape) with gain \(gain.shape) and bias \(bias.shape) - both must be [\(width)]")
    return normalized(x, gain: gain, bias: bias, epsilon, centres: true)
}

/// Each row divided by the root of its mean square, times a gain (Zhang and Sennrich 2019).
///
/// y = x / √(E[x²] + ε) · gain along the last axis.
public func rmsNorm(_ x: Tensor, gain: Tensor, epsilon: Float = 1e-5) -> Tensor {
    let width = x.shape.innermost
    require(gain.shape == [width], "rmsNorm: \(x.shape) with gain \(gain.shape) - it must be [\(width)]")
    return normalized(x, gain: gain, bias: nil, epsilon, centres: false)
}

private func normalized(_ x: Tensor, gain: Tensor, bias: Tensor?, _ epsilon: Float, centres: Bool) -> Tensor {
    let (rows, width) = (x.shape.rowCount, x.shape.innermost)
    let result = Tensor(uninitialized: x.shape)
    let statistics = Tensor(uninitialized: [rows, 2])
    let (from, to, kept) = (x.storage.floats, result.storage.floats, statistics.storage.floats)
    let (g, b) = (gain.storage.floats, bias?.storage.floats)
    parallelRanges(rows, grain: max(1, 16384 / max(width, 1))) { range in
        for row in range {
            let source = from + row * width
            let (mean, scale) = rowStatistics(source, width, epsilon, centres: centres)
            (kept[row * 2], kept[row * 2 + 1]) = (mean, scale)
            normalizeRow(source, width, mean: mean, scale: scale, gain: g, bias: b, into: to + row * width)
        }
    }
    withExtendedLifetime((x.storage, gain.storage, bias?.storage)) {}
    return result.recorded(from: [x, gain] + (bias.map { [$0] } ?? [])) { gradient in
        normalizationGradient(gradient, x, gain, bias, statistics, centres: centres)
    }.remade { normalizedAgain(x, gain, bias, statistics) }
}

/// What `normalized` found, for gradients of what it went into.
private func normalizedAgain(_ x: Tensor, _ gain: Tensor, _ bias: Tensor?, _ statistics: Tensor) -> Tensor {
    let (rows, width) = (x.shape.rowCount, x.shape.innermost)
    let result = Tensor(uninitialized: x.shape)
    let (from, to, kept) = (x.storage.floats, result.storage.floats, statistics.storage.floats)
    let (g, b) = (gain.storage.floats, bias?.storage.floats)
    parallelRanges(rows, grain: max(1, 16384 / max(width, 1))) { range in
        for row in range {
            normalizeRow(
                from + row * width, width, mean: kept[row * 2], scale: kept[row * 2 + 1], gain: g, bias: b,
                into: to + row * width)
        }
    }
    withExtendedLifetime((x.storage, gain.storage, bias?.storage, statistics)) {}
    return result
}

/// The mean of a row (0 unless it is centred) and the inverse of its standard deviation.
@inlinable @inline(__always)
package func rowStatistics(
    _ row: UnsafePointer<Float>, _ width: Int, _ epsilon: Float, centres: Bool
) -> (mean: Float, scale: Float) {
    let mean = centres ? lanesSum(row, width) / Float(width) : 0
    var squares = Vector(repeating: 0)
    var i = 0
    while i + 16 <= width {
        let centred = load(row + i) - mean
        squares = squares.addingProduct(centred, centred)
        i += 16
    }
    var total = horizontalSum(squares)
    while i < width {
        total += (row[i] - mean) * (row[i] - mean)
        i += 1
    }
    return (mean, 1 / (total / Float(width) + epsilon).squareRoot())
}

@inlinable @inline(__always)
package func normalizeRow(
    _ row: UnsafePointer<Float>, _ width: Int, mean: Float, scale: Float, gain: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, into result: UnsafeMutablePointer<Float>
) {
    var i = 0
    while i + 16 <= width {
        let y = (load(row + i) - mean) * scale * load(gain + i)
        store(bias.map { y + load($0 + i) } ?? y, to: result + i)
        i += 16
    }
    while i < width {
        result[i] = (row[i] - mean) * scale * gain[i] + (bias?[i] ?? 0)
        i += 1
    }
}

private func normalizationGradient(
    _ gradient: Tensor, _ x: Tensor, _ gain: Tensor, _ bias: Tensor?, _ statistics: Tensor, centres: Bool
) {
    let (rows, width) = (x.shape.rowCount, x.shape.innermost)
    let dx = Tensor(uninitialized: x.shape)
    // Rows are summed in a fixed number of parts, so that the sums do not depend on how many threads there are.
    let parts = max(1, min(16, rows / 64))
    let partial = Tensor(zeros: [2, parts, width])
    let (from, to, incoming, kept) = (
        x.storage.floats, dx.storage.floats, gradient.storage.floats, statistics.storage.floats
    )
    let (g, sums) = (gain.storage.floats, partial.storage.floats)
    parallel(parts) { part, _ in
        let (gainSum, biasSum) = (sums + part * width, sums + (parts + part) * width)
        for row in rows * part / parts..<rows * (part + 1) / parts {
            normalizationGradientRow(
                from + row * width, incoming + row * width, width, mean: kept[row * 2], scale: kept[row * 2 + 1],
                gain: g,
                centres: centres, into: to + row * width, gainSum: gainSum, biasSum: biasSum)
        }
    }
    withExtendedLifetime((x.storage, gradient.storage, gain.storage, statistics.storage, partial.storage)) {}
    x.accumulate(dx)
    gain.accumulate(partial[0].sum(axis: 0))
    bias?.accumulate(partial[1].sum(axis: 0))
}

/// One row of the gradient: dx = scale (h - mean(h) - x̂ mean(h x̂)) with h = dy gain.
@inline(__always)
package func normalizationGradientRow(
    _ row: UnsafePointer<Float>, _ incoming: UnsafePointer<Float>, _ width: Int, mean: Float, scale: Float,
    gain: UnsafePointer<Float>, centres: Bool, into result: UnsafeMutablePointer<Float>,
    gainSum: UnsafeMutablePointer<Float>, biasSum: UnsafeMutablePointer<Float>
) {
    var (sums, products) = (Vector(repeating: 0), Vector(repeating: 0))
    var (sum, product): (Float, Float) = (0, 0)
    let whole = width & -16
    for i in stride(from: 0, to: whole, by: 16) {
        let dy = load(incoming + i)
        let xhat = (load(row + i) - mean) * scale
        let h = dy * load(gain + i)
        sums += h
        products = products.addingProduct(h, xhat)
        store(load(gainSum + i).addingProduct(dy, xhat), to: gainSum + i)
        store(load(biasSum + i) + dy, to: biasSum + i)
    }
    for i in whole..<width {
        let xhat = (row[i] - mean) * scale
        sum += incoming[i] * gain[i]
        product += incoming[i] * gain[i] * xhat
        gainSum[i] += incoming[i] * xhat
        biasSum[i] += incoming[i]
    }
    sum = centres ? (sum + horizontalSum(sums)) / Float(width) : 0
    product = (product + horizontalSum(products)) / Float(width)
    for i in stride(from: 0, to: whole, by: 16) {
        let xhat = (load(row + i) - mean) * scale
        store((load(incoming + i) * load(gain + i) - sum - xhat * product) * scale, to: result + i)
    }
    for i in whole..<width {
        let xhat = (row[i] - mean) * scale
        result[i] = (incoming[i] * gain[i] - sum - xhat * product) * scale
    }
}
