internal import CProcessor
import Notebook

/// x W + b, plus a residual if there is one, in one pass.  // [..., in] x [in, out] -> [..., out]
public func linear(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, addedTo residual: Tensor? = nil) -> Tensor {
    linear("linear", x, through: Unchanged.self, weight, bias, residual)
}

/// gelu(x) W + b, plus a residual if there is one.  // [..., in] x [in, out] -> [..., out]
///
/// The activations are computed where the product reads them, here and again for the gradient, and never stored.
public func geluLinear(_ x: Tensor, _ weight: Tensor, bias: Tensor? = nil, addedTo residual: Tensor? = nil) -> Tensor {
    linear("geluLinear", x, through: Activated.self, weight, bias, residual)
}

private func linear<P: Prologue>(
    _ name: String, _ x: Tensor, through prologue: P.Type, _ weight: Tensor, _ bias: Tensor?, _ residual: Tensor?
) -> Tensor {
    require(
        x.rank >= 1 && weight.rank == 2 && x.shape[-1] == weight.shape[0],
        "\(name): \(x.shape) x \(weight.shape) - the inner sizes \(x.shape.innermost) and \(weight.shape.first ?? 1) differ"
    )
    let (rows, inputs, outputs) = (x.shape.rowCount, weight.shape[0], weight.shape[1])
    let shape = x.shape.replacing(axis: x.rank - 1, with: outputs)
    require(
        bias.map { $0.shape == [outputs] } ?? true,
        "\(name): \(x.shape) x \(weight.shape) with a bias of \(bias?.shape ?? []) - it must be [\(outputs)]")
    require(
        residual.map { $0.shape == shape } ?? true, "\(name): \(shape) added to a residual of \(residual?.shape ?? [])")
    Interruption.check()
    let result = Tensor(uninitialized: shape)
    multiply(
        Operand(x.storage.floats, rows: rows, columns: inputs), through: prologue,
        Operand(weight.storage.floats, rows: inputs, columns: outputs),
        start: TileStart(row: bias?.storage.constFloats, matrix: residual?.storage.constFloats, step: outputs),
        into: result.storage.floats)
    withExtendedLifetime((x.storage, weight.storage, bias?.storage, residual?.storage)) {}
    return result.recorded(from: [x, weight] + [bias, residual].compactMap(\.self)) {
        [input = x.node, kept = Kept(x), residual = residual?.node] gradient in
        var x = kept.take()
        weight.accumulate(linearWeightGradient(gradient, x, prologue))
        input?.accumulate(linearInputGradient(gradient, &x, prologue, weight))
        bias?.accumulate(columnSums(gradient.reshaped(to: [rows, outputs])))
        residual?.accumulate(gradient)
    }
}

/// dx = (dy Wᵀ) f'(x), in the memory of x if nothing else refers to it.
private func linearInputGradient<P: Prologue>(
    _ gradient: Tensor, _ x: inout Tensor, _: P.Type, _ weight: Tensor
) -> Tensor {
    let (rows, inputs, outputs) = (x.shape.rowCount, weight.shape[0], weight.shape[1])
    let result = isKnownUniquelyReferenced(&x.storage) ? x : Tensor(uninitialized: x.shape)
    let (from, to) = (x.storage.floats, result.storage.floats)
    multiply(
        Operand(gradient.storage.floats, rows: rows, columns: outputs), through: Unchanged.self,
        Operand(weight.storage.floats, rows: inputs, columns: outputs).transposed(if: true),
        into: P.changes ? nil : to
    ) { rows, columns, products, step in
        guard P.changes else { return }
        for row in rows {
            let offset = row * inputs + columns.lowerBound
            let (product, from, to) = (products + (row - rows.lowerBound) * step, from + offset, to + offset)
            let ahead = min(rowsAhead, rows.upperBound - 1 - row) * inputs
            for i in stride(from: 0, to: columns.count & -16, by: 16) {
                martlet_prefetch(from + ahead + i)
                store(load(product + i) * P.slope(load(from + i)), to: to + i)
            }
            let (i, rest) = (columns.count & -16, columns.count % 16)
            store(load(product + i, count: rest) * P.slope(load(from + i, count: rest)), to: to + i, count: rest)
        }
    }
    withExtendedLifetime((gradient.storage, x.storage, weight.storage)) {}
    return result
}

/// dW = f(x)ᵀ dy.
private func linearWeightGradient<P: Prologue>(_ gradient: Tensor, _ x: Tensor, _ prologue: P.Type) -> Tensor {
    let (rows, inputs, outputs) = (x.shape.rowCount, x.shape.innermost, gradient.shape.innermost)
    let result = Tensor(uninitialized: [inputs, outputs])
    multiplyTransposed(
        Operand(x.storage.floats, rows: rows, columns: inputs), through: prologue,
        Operand(gradient.storage.floats, rows: rows, columns: outputs), into: result.storage.floats)
    withExtendedLifetime((gradient.storage, x.storage)) {}
    return result
}

/// The sum of all rows, in an order that does not depend on the number of threads.  // [rows, width] -> [width]
package func columnSums(_ x: Tensor) -> Tensor {
    let (rows, width) = (x.shape[0], x.shape[1])
    let parts = max(1, min(8, rows / 128))
    let partial = Tensor(zeros: [parts, width])
    let (from, to) = (x.storage.floats, partial.storage.floats)
    parallel(parts) { part, _ in
        for row in rows * part / parts..<rows * (part + 1) / parts {
            addRow(from + row * width, to: to + part * width, count: width)
        }
    }
    withExtendedLifetime(x.storage) {}
    return partial.sum(axis: 0)
}
