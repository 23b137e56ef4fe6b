import Notebook

extension Tensor {
    /// The sum of all elements.
    public func sum() -> Tensor {
        let from = storage.floats
        let total = sumOfBlocks(count) { block in
            // Pairs of pieces would serve as well; doubles lose nothing at any length.
            stride(from: block.lowerBound, to: block.upperBound, by: 256).reduce(0) {
                $0 + Double(lanesSum(from + $1, Swift.min(256, block.upperBound - $1)))
            }
        }
        withExtendedLifetime(storage) {}
        return Tensor(Float(total)).recorded(from: self) { [node, shape] g in
            node?.accumulate(Tensor(filling: shape, with: g.item))
        }
    }

    /// The mean of all elements.
    public func mean() -> Tensor { sum() / Float(count) }

    /// The sum along an axis, which disappears or is kept with size 1.
    public func sum(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let axis = shape.resolve(axis: axis, for: "sum")
        let (outer, size, inner) = extents(of: axis)
        let result = Tensor(
            uninitialized: keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis))
        let (from, to) = (storage.floats, result.storage.floats)
        // Columns of few rows are shared among the cores as well, each summed by one of them.
        let width = outer >= Threads.count ? inner : Swift.max(64, (inner + Threads.count - 1) / Threads.count)
        let pieces = (inner + width - 1) / Swift.max(1, width)
        parallelRanges(outer * pieces, grain: Swift.max(1, 65536 / Swift.max(1, size * width))) { range in
            for unit in range {
                let (o, first) = (unit / pieces, unit % pieces * width)
                let source = from + (o * size * inner + first)
                if inner == 1 {
                    to[o] = lanesSum(source, size)
                } else {
                    let (target, columns) = (to + (o * inner + first), Swift.min(width, inner - first))
                    target.update(repeating: 0, count: columns)
                    for k in 0..<size { addRow(source + k * inner, to: target, count: columns) }
                }
            }
        }
        withExtendedLifetime(storage) {}
        return result.recorded(from: self) { [node, shape] g in
            let kept = g.reshaped(to: shape.replacing(axis: axis, with: 1))
            node?.accumulate(kept.broadcast(to: shape))
        }
    }

    /// The mean along an axis, which disappears or is kept with size 1.
    public func mean(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let resolved = shape.resolve(axis: axis, for: "mean")
        return sum(axis: resolved, keepingAxis: keepingAxis) / Float(shape[resolved])
    }

    /// The mean squared distance from the mean along an axis.
    public func variance(axis: Int, keepingAxis: Bool = false) -> Tensor {
        let centred = self - mean(axis: axis, keepingAxis: true)
        return (centred * centred).mean(axis: axis, keepingAxis: keepingAxis)
    }

    /// The greatest element along an axis, which disappears or is kept with size 1; not a number if one of them is none.
    public func max(axis: Int, keepingAxis: Bool = false) -> Tensor { extreme(axis, keepingAxis, "max") { $0 > $1 } }

    /// The least element along an axis, which disappears or is kept with size 1; not a number if one of them is none.
    public func min(axis: Int, keepingAxis: Bool = false) -> Tensor { extreme(axis, keepingAxis, "min") { $0 < $1 } }

    /// The sum along several axes, which disappear or are kept with size 1.
    public func sum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        alongEach(of: axes, "sum") { $0.sum(axis: $1, keepingAxis: keepingAxes) }
    }

    /// The mean along several axes, which disappear or are kept with size 1.
    public func mean(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        alongEach(of: axes, "mean") { $0.mean(axis: $1, keepingAxis: keepingAxes) }
    }

    /// The mean squared distance from the mean along several axes.
    public func variance(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        let centred = self - mean(axes: axes, keepingAxes: true)
        return (centred * centred).mean(axes: axes, keepingAxes: keepingAxes)
    }

    /// The greatest element along several axes, which disappear or are kept with size 1.
    public func max(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        alongEach(of: axes, "max") { $0.max(axis: $1, keepingAxis: keepingAxes) }
    }

    /// The least element along several axes, which disappear or are kept with size 1.
    public func min(axes: [Int], keepingAxes: Bool = false) -> Tensor {
        alongEach(of: axes, "min") { $0.min(axis: $1, keepingAxis: keepingAxes) }
    }

    /// A reduction along one axis after the other, the last one first, so that it may take them out.
    private func alongEach(of axes: [Int], _ name: String, _ reduce: (Tensor, Int) -> Tensor) -> Tensor {
        let resolved = Set(axes.map { shape.resolve(axis: $0, for: name) })
        require(resolved.count == axes.count, "\(name): axes \(axes) of \(shape) - one of them occurs twice")
        return resolved.sorted(by: >).reduce(self, reduce)
    }

    /// The greatest element.
    public func max() -> Tensor { reshaped(to: [count]).max(axis: 0) }

    /// The least element.
    public func min() -> Tensor { reshaped(to: [count]).min(axis: 0) }

    /// The index of the greatest element along the last axis of each row, the first of several; what is not a number
    /// counts as greatest.
    public func argmax() -> [Int32] {
        let width = shape.innermost
        return positions(axis: Swift.max(rank - 1, 0), "argmax", rank == 0 ? [1] : shape) { $0 > $1 }.map {
            Int32($0 % width)
        }
    }

    /// The index of the greatest element along an axis for each place of the other axes, innermost axis first.
    public func argmax(axis: Int) -> [Int32] {
        let axis = shape.resolve(axis: axis, for: "argmax")
        let (size, inner) = (shape[axis], shape.sizes[(axis + 1)...].reduce(1, *))
        return positions(axis: axis, "argmax", shape) { $0 > $1 }.map { Int32($0 / inner % size) }
    }

    /// A tensor of this one's values repeated along axes of size 1, and new outer ones.
    public func broadcast(to target: Shape) -> Tensor { broadcast(to: target, for: "broadcast") }

    func broadcast(to target: Shape, for operation: String) -> Tensor {
        if shape == target { return self }
        let missing = target.rank - rank
        let fits = missing >= 0 && shape.indices.allSatisfy { shape[$0] == 1 || shape[$0] == target[$0 + missing] }
        require(fits, "\(operation): \(shape) does not fit \(target)")
        let strides = shape.strides
        let steps = target.indices.map { axis in
            axis < missing || shape[axis - missing] == 1 ? 0 : strides[axis - missing]
        }
        let result = Tensor(uninitialized: target)
        copyStrided(from: storage.floats, steps: steps, sizes: target.sizes, to: result.storage.floats)
        withExtendedLifetime(storage) {}
        return result.recorded(from: self) { [node, shape] g in node?.accumulate(g.reduced(to: shape)) }
    }

    private func extreme(_ axis: Int, _ keepingAxis: Bool, _ name: String, _ better: (Float, Float) -> Bool) -> Tensor {
        let axis = shape.resolve(axis: axis, for: name)
        let found = positions(axis: axis, name, shape, better)
        let values = withElements { elements in found.map { elements[$0] } }
        let result = Tensor(
            values, shape: keepingAxis ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis))
        return result.recorded(from: self) { [node, shape] g in
            var spread = Tensor(zeros: shape)
            spread.withMutableElements { to in
                g.withElements { from in for (i, position) in found.enumerated() { to[position] += from[i] } }
            }
            node?.accumulate(spread)
        }
    }

    /// Where in memory the best element along an axis is, for each place of the other axes: the first that is not a
    /// number, if there is one.
    private func positions(axis: Int, _ name: String, _ shape: Shape, _ better: (Float, Float) -> Bool) -> [Int] {
        let size = shape[axis]
        require(size > 0, "\(name): \(shape) - there is no element along axis \(axis)")
        let inner = shape.sizes[(axis + 1)...].reduce(1, *)
        return withElements { elements in
            (0..<shape.elementCount / size).map { place in
                let start = place / inner * size * inner + place % inner
                var best = start
                for place in stride(from: start + inner, to: start + size * inner, by: inner)
                where better(elements[place], elements[best]) || elements[place].isNaN && !elements[best].isNaN {
                    best = place
                }
                return best
            }
        }
    }

    /// How many places there are outside an axis, along it, and inside it.
    package func extents(of axis: Int) -> (outer: Int, size: Int, inner: Int) {
        (shape.sizes[..<axis].reduce(1, *), shape[axis], shape.sizes[(axis + 1)...].reduce(1, *))
    }
}

/// The sum of what a function makes of blocks of some elements, on all cores: of fixed size, so that it does not depend on
/// how many there are.
func sumOfBlocks(_ count: Int, _ sum: (_ block: Range<Int>) -> Double) -> Double {
    let size = 1 << 16
    var sums = [Double](repeating: 0, count: (count + size - 1) / size)
    sums.withUnsafeMutableBufferPointer { sums in
        nonisolated(unsafe) let sums = sums
        parallel(sums.count) { index, _ in sums[index] = sum(index * size..<Swift.min(count, (index + 1) * size)) }
    }
    return sums.reduce(0, +)
}

/// The sum of a row, by lanes, so that the order does not depend on the machine.
@inlinable @inline(__always)
package func lanesSum(_ row: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = Vector(repeating: 0)
    var i = 0
    while i + 16 <= count {
        sums += load(row + i)
        i += 16
    }
    if i < count { sums += load(row + i, count: count - i) }
    return horizontalSum(sums)
}

@inlinable @inline(__always)
package func horizontalSum(_ v: Vector) -> Float {
    let eight = v.lowHalf + v.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
}

@inlinable @inline(__always)
package func horizontalMax(_ v: Vector) -> Float {
    let eight = v.lowHalf.replacing(with: v.highHalf, where: v.highHalf .> v.lowHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.highHalf .> eight.lowHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.highHalf .> four.lowHalf)
    return two.x > two.y ? two.x : two.y
}

@inline(__always)
package func addRow(_ row: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    var i = 0
    while i + 16 <= count {
        store(load(target + i) + load(row + i), to: target + i)
        i += 16
    }
    while i < count {
        target[i] += row[i]
        i += 1
    }
}

/// The sum of the products of two rows.
@inline(__always)
package func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = Vector(repeating: 0)
    var i = 0
    while i + 16 <= count {
        sums = sums.addingProduct(load(a + i), load(b + i))
        i += 16
    }
    if i < count { sums = sums.addingProduct(load(a + i, count: count - i), load(b + i, count: count - i)) }
    return horizontalSum(sums)
}
