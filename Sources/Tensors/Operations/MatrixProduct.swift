import Notebook

/// The product of matrices along the last two axes; the axes before them broadcast.  // [..., m, k] x [..., k, n]
public func matmul(_ a: Tensor, _ b: Tensor) -> Tensor { matmul(a, b, transposingB: false) }

/// The product with the second matrix transposed, which costs no copy.  // [..., m, k] x [..., n, k]
public func matmul(_ a: Tensor, transposing b: Tensor) -> Tensor { matmul(a, b, transposingB: true) }

private func matmul(_ a: Tensor, _ b: Tensor, transposingB: Bool) -> Tensor {
    if a.rank == 1 && b.rank >= 1 { return matmul(a.expanded(at: 0), b, transposingB: transposingB).squeezed(-2) }
    if b.rank == 1 { return matmul(a, b.expanded(at: transposingB ? 0 : 1), transposingB: transposingB).squeezed(-1) }
    require(a.rank >= 2 && b.rank >= 2, "matmul: \(a.shape) x \(b.shape) - a number has no inner size")
    let inner = transposingB ? b.shape[-1] : b.shape[-2]
    require(
        a.shape[-1] == inner,
        "matmul: \(a.shape) x \(b.shape)\(transposingB ? " transposed" : "") - the inner sizes \(a.shape[-1]) and \(inner) differ"
    )
    Interruption.check()
    if b.rank == 2 {
        let flat = a.reshaped(to: [a.shape.rowCount, inner])
        let product = flatProduct(flat, b, transposingB)
        return product.reshaped(to: a.shape.replacing(axis: a.rank - 1, with: product.shape[1]))
    }
    return batchedProduct(a, b, transposingB)
}

/// [m, k] x [k, n], or [n, k] transposed.
private func flatProduct(_ a: Tensor, _ b: Tensor, _ transposingB: Bool) -> Tensor {
    let (m, k, n) = (a.shape[0], a.shape[1], transposingB ? b.shape[0] : b.shape[1])
    let result = Tensor(uninitialized: [m, n])
    multiply(
        Operand(a.storage.floats, rows: m, columns: k),
        Operand(b.storage.floats, rows: b.shape[0], columns: b.shape[1]).transposed(if: transposingB),
        into: result.storage.floats)
    withExtendedLifetime((a.storage, b.storage)) {}
    return result.recorded(from: a, b) { g in
        a.accumulate(transposingB ? matmul(g, b.withoutGradient) : matmul(g, transposing: b.withoutGradient))
        b.accumulate(
            transposingB
                ? transposedProduct(g, a.withoutGradient) : transposedProduct(a.withoutGradient, g))
    }
}

/// aᵀ b of two matrices.  // [m, i] x [m, j] -> [i, j]
package func transposedProduct(_ a: Tensor, _ b: Tensor) -> Tensor {
    let result = Tensor(uninitialized: [a.shape[1], b.shape[1]])
    multiplyTransposed(
        Operand(a.storage.floats, rows: a.shape[0], columns: a.shape[1]), through: Unchanged.self,
        Operand(b.storage.floats, rows: b.shape[0], columns: b.shape[1]), into: result.storage.floats)
    withExtendedLifetime((a.storage, b.storage)) {}
    return result
}

private func batchedProduct(_ a: Tensor, _ b: Tensor, _ transposingB: Bool) -> Tensor {
    let (m, k, n) = (a.shape[-2], a.shape[-1], transposingB ? b.shape[-2] : b.shape[-1])
    let outerA = Shape(Array(a.shape.sizes.dropLast(2)))
    let outerB = Shape(Array(b.shape.sizes.dropLast(2)))
    let outer = Shape.broadcast(outerA, outerB, for: "matmul: batches of \(a.shape) x \(b.shape)")
    let offsetsA = RowOffsets(of: Shape(outerA.sizes + [1]), broadcastTo: Shape(outer.sizes + [1]))
    let offsetsB = RowOffsets(of: Shape(outerB.sizes + [1]), broadcastTo: Shape(outer.sizes + [1]))
    let result = Tensor(uninitialized: Shape(outer.sizes + [m, n]))
    let (left, right, to) = (a.storage.floats, b.storage.floats, result.storage.floats)
    for i in 0..<outer.elementCount {
        multiply(
            Operand(left + offsetsA[i] * m * k, rows: m, columns: k),
            Operand(
                right + offsetsB[i] * k * n, rows: transposingB ? n : k, columns: transposingB ? k : n
            ).transposed(if: transposingB),
            into: to + i * m * n)
    }
    withExtendedLifetime((a.storage, b.storage)) {}
    return result.recorded(from: a, b) { g in
        let (x, w) = (a.withoutGradient, b.withoutGradient)
        a.accumulate((transposingB ? matmul(g, w) : matmul(g, transposing: w)).reduced(to: a.shape))
        b.accumulate((transposingB ? matmul(g.transposed, x) : matmul(x.transposed, g)).reduced(to: b.shape))
    }
}

/// A matrix in memory: rows of `step` floats, read as they stand or transposed.
package struct Operand {
    package let floats: UnsafePointer<Float>
    package var rows: Int
    package var columns: Int
    package let step: Int
    package var isTransposed = false

    package init(_ floats: UnsafePointer<Float>, rows: Int, columns: Int, step: Int? = nil) {
        (self.floats, self.rows, self.columns, self.step) = (floats, rows, columns, step ?? columns)
    }

    package func transposed(if condition: Bool) -> Operand {
        guard condition else { return self }
        var other = self
        (other.rows, other.columns, other.isTransposed) = (columns, rows, !isTransposed)
        return other
    }
}

/// a b on all cores, into a contiguous result.
package func multiply(_ a: Operand, _ b: Operand, into result: UnsafeMutablePointer<Float>) {
    multiply(a, through: Unchanged.self, b, into: result)
}
