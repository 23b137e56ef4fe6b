import Notebook

extension Tensor {
    /// The same elements in another shape; one size may be -1 and follows from the others.
    public func reshaped(to sizes: Int...) -> Tensor { reshaped(inferring: sizes) }

    /// The same elements in another shape.
    public func reshaped(to target: Shape) -> Tensor {
        require(
            target.elementCount == count,
            "reshape: \(shape) to \(target) - \(count) elements do not fill \(target.elementCount)")
        return Tensor(shape: target, storage: storage).recorded(from: self) { [node, shape] g in
            node?.accumulate(g.reshaped(to: shape))
        }
    }

    private func reshaped(inferring sizes: [Int]) -> Tensor {
        guard let open = sizes.firstIndex(of: -1) else { return reshaped(to: Shape(sizes)) }
        var filled = sizes
        filled[open] = 1
        require(filled.allSatisfy { $0 >= 0 }, "reshape: \(shape) to \(sizes) - only one size may be -1, none less")
        let known = Shape(filled).elementCount
        require(known > 0 && count % known == 0, "reshape: \(shape) to \(sizes) - \(count) is no multiple of \(known)")
        filled[open] = count / known
        return reshaped(to: Shape(filled))
    }

    /// The tensor with a new axis of size 1.
    public func expanded(at axis: Int) -> Tensor {
        let resolved = axis < 0 ? axis + rank + 1 : axis
        require(resolved >= 0 && resolved <= rank, "expand: axis \(axis) of \(shape) - it can be 0...\(rank)")
        var sizes = shape.sizes
        sizes.insert(1, at: resolved)
        return reshaped(to: Shape(sizes))
    }

    /// The tensor without an axis of size 1.
    public func squeezed(_ axis: Int) -> Tensor {
        let resolved = shape.resolve(axis: axis, for: "squeeze")
        require(shape[resolved] == 1, "squeeze: axis \(axis) of \(shape) - its size is \(shape[resolved]), not 1")
        return reshaped(to: shape.removing(axis: resolved))
    }

    /// The matrix with rows and columns exchanged; of more axes the last two.
    public var transposed: Tensor {
        require(rank >= 2, "transpose: \(shape) - only a tensor of two axes or more can be transposed")
        var axes = Array(0..<rank)
        axes.swapAt(rank - 1, rank - 2)
        return transposed(axes)
    }

    /// The tensor with its axes in another order: axis `i` of the result is axis `axes[i]` of this one.
    public func transposed(_ axes: Int...) -> Tensor { transposed(axes) }

    /// The tensor with its axes in another order: axis `i` of the result is axis `axes[i]` of this one.
    public func transposed(_ axes: [Int]) -> Tensor {
        let axes = axes.map { shape.resolve(axis: $0, for: "transpose") }
        require(
            Set(axes).count == rank && axes.count == rank, "transpose: \(axes) - each axis of \(shape) must occur once")
        if axes == Array(0..<rank) { return self }
        let result = Tensor(uninitialized: Shape(axes.map { shape[$0] }))
        let strides = shape.strides
        let steps = axes.map { strides[$0] }
        copyStrided(from: storage.floats, steps: steps, sizes: result.shape.sizes, to: result.storage.floats)
        withExtendedLifetime(storage) {}
        return result.recorded(from: self) { [node] g in
            var inverse = axes
            for (i, axis) in axes.enumerated() { inverse[axis] = i }
            node?.accumulate(g.transposed(inverse))
        }
    }

    /// Tensors joined along an axis; their other sizes must match.
    public static func concatenate(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else { stopCell("concatenate: no tensors") }
        if tensors.count == 1 { return first }
        let axis = first.shape.resolve(axis: axis, for: "concatenate")
        for tensor in tensors {
            require(
                tensor.rank == first.rank && tensor.shape.removing(axis: axis) == first.shape.removing(axis: axis),
                "concatenate: \(first.shape) and \(tensor.shape) along axis \(axis) - the other sizes differ")
        }
        let total = tensors.reduce(0) { $0 + $1.shape[axis] }
        let result = Tensor(uninitialized: first.shape.replacing(axis: axis, with: total))
        let (outer, _, inner) = first.extents(of: axis)
        var start = 0
        for tensor in tensors {
            let run = tensor.shape[axis] * inner
            for o in 0..<outer {
                (result.storage.floats + o * total * inner + start).update(
                    from: tensor.storage.floats + o * run, count: run)
            }
            start += run
        }
        withExtendedLifetime(tensors) {}
        let parts = tensors.map { ($0.node, $0.shape[axis]) }
        return result.recorded(from: tensors) { g in
            var start = 0
            for (node, size) in parts {
                node?.accumulate(g.slice(axis, start..<start + size))
                start += size
            }
        }
    }

    /// Tensors of one shape along a new first axis.
    public static func stack(_ tensors: [Tensor]) -> Tensor {
        guard let first = tensors.first else { return Tensor(zeros: [0]) }
        for tensor in tensors {
            require(tensor.shape == first.shape, "stack: \(first.shape) and \(tensor.shape) - the shapes differ")
        }
        return concatenate(tensors.map { $0.expanded(at: 0) })
    }

    /// The parts of a tensor along an axis, which they lack: `for row in x.unstacked()`.
    public func unstacked(axis: Int = 0) -> [Tensor] {
        let axis = shape.resolve(axis: axis, for: "unstacked")
        return (0..<shape[axis]).map { slice(axis, $0..<$0 + 1).squeezed(axis) }
    }

    /// The tensor cut into parts of the given sizes along an axis.
    public func split(sizes: [Int], axis: Int = 0) -> [Tensor] {
        let axis = shape.resolve(axis: axis, for: "split")
        require(
            sizes.allSatisfy { 0...shape[axis] ~= $0 } && sizes.reduce(0, +) == shape[axis],
            "split: \(shape) into \(sizes) along axis \(axis) - they must sum to \(shape[axis])")
        var start = 0
        return sizes.map { size in
            defer { start += size }
            return slice(axis, start..<start + size)
        }
    }

    /// The lower triangle of a matrix, or of the last two axes; above it are zeros.
    public func lowerTriangle(diagonal: Int = 0) -> Tensor {
        require(rank >= 2, "lowerTriangle: \(shape) - only a matrix has a triangle")
        var mask = Tensor(zeros: [shape[-2], shape[-1]])
        let width = shape[-1]
        mask.withMutableElements { elements in
            for row in 0..<shape[-2] {
                for column in 0..<width where column - row <= diagonal { elements[row * width + column] = 1 }
            }
        }
        return self.where(mask, else: 0)
    }
}

/// Copies elements at given steps of memory into a contiguous block.
func copyStrided(from source: UnsafePointer<Float>, steps: [Int], sizes: [Int], to target: UnsafeMutablePointer<Float>)
{
    let width = sizes.last ?? 1
    let step = steps.last ?? 1
    let rowSizes = Array(sizes.dropLast())
    let rowSteps = Array(steps.dropLast())
    let rows = rowSizes.reduce(1, *)
    parallelRanges(rows, grain: max(1, 32768 / max(width, 1))) { range in
        for row in range {
            var (rest, offset) = (row, 0)
            for axis in rowSizes.indices.reversed() {
                offset += rest % rowSizes[axis] * rowSteps[axis]
                rest /= rowSizes[axis]
            }
            let to = target + row * width
            if step == 1 {
                to.update(from: source + offset, count: width)
            } else if step == 0 {
                to.update(repeating: source[offset], count: width)
            } else {
                for i in 0..<width { to[i] = source[offset + i * step] }
            }
        }
    }
}
