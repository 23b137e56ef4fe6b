import Notebook

/// Which places along an axis a subscript means: an index, a range, or all of them.
public enum AxisIndex: ExpressibleByIntegerLiteral {
    /// One place; the axis disappears. Negative indices count from the end.
    case at(Int)
    /// A range of places; bounds outside the axis stop the cell.
    case range(Int?, Int?)
    /// Every place.
    public static var all: AxisIndex { .range(nil, nil) }

    public init(integerLiteral value: Int) { self = .at(value) }
}

/// What can stand in a tensor's subscript: `x[0]`, `x[1..<3]`, `x[.all, -1]`, `x[2..., i]`.
public protocol AxisIndexConvertible {
    /// The places that this means.
    var axisIndex: AxisIndex { get }
}

extension AxisIndex: AxisIndexConvertible { public var axisIndex: AxisIndex { self } }
extension Int: AxisIndexConvertible { public var axisIndex: AxisIndex { .at(self) } }
extension Range<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { .range(lowerBound, upperBound) } }
extension ClosedRange<Int>: AxisIndexConvertible {
    public var axisIndex: AxisIndex { .range(lowerBound, upperBound + 1) }
}
extension PartialRangeFrom<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { .range(lowerBound, nil) } }
extension PartialRangeUpTo<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { .range(nil, upperBound) } }
extension PartialRangeThrough<Int>: AxisIndexConvertible {
    public var axisIndex: AxisIndex { .range(nil, upperBound + 1) }
}

extension AxisIndexConvertible where Self == AxisIndex {
    /// Every place along the axis.
    public static var all: AxisIndex { .range(nil, nil) }
}

extension Tensor {
    /// The part of the tensor at the given places of its first axes, as a tensor of its own; or replaces it.
    ///
    /// ```swift
    /// let x = Tensor([[1, 2, 3], [4, 5, 6]])
    /// x[0]; x[.all, 1]; x[0..., 1..<3]; x[-1, -1].item
    /// ```
    public subscript(indices: any AxisIndexConvertible...) -> Tensor {
        get { part(Region(indices, of: shape)) }
        set { replace(Region(indices, of: shape), with: newValue) }
    }

    /// A range of places along one axis.
    public func slice(_ axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = shape.resolve(axis: axis, for: "slice")
        let indices = (0..<axis).map { _ in AxisIndex.all } + [range.axisIndex]
        return part(Region(indices, of: shape))
    }

    private func part(_ region: Region) -> Tensor {
        let result = Tensor(uninitialized: region.shape)
        let (from, to) = (storage.floats, result.storage.floats)
        if region.isOneRow {
            to.update(from: from + region.start, count: region.shape.elementCount)
        } else {
            copyStrided(from: from + region.start, steps: region.steps, sizes: region.sizes, to: to)
        }
        withExtendedLifetime(storage) {}
        return result.recorded(from: self) { [node, shape] g in
            node?.accumulate(shape: shape) { elements, isFresh in
                if isFresh { elements.update(repeating: 0, count: shape.elementCount) }
                region.forEachRow { offset, row, width in
                    addRow(g.storage.floats + row * width, to: elements + offset, count: width)
                }
            }
        }
    }

    private mutating func replace(_ region: Region, with newValue: Tensor) {
        let value = newValue.withoutGradient.broadcast(to: region.shape)
        let old = Tape.isRecording ? node : nil
        makeUnique()
        region.forEachRow { offset, row, width in
            (storage.floats + offset).update(from: value.storage.floats + row * width, count: width)
        }
        let inputs = [Tensor(shape: shape, storage: storage, node: old), newValue]
        self = withoutGradient.recorded(from: inputs) { [node = newValue.node, shape = newValue.shape] g in
            var kept = g
            kept.node = nil
            old?.accumulate(kept.clearing(region))
            node?.accumulate(g.part(region).reduced(to: shape))
        }
    }

    private func clearing(_ region: Region) -> Tensor {
        var copy = self
        copy.withMutableElements { elements in
            region.forEachRow { offset, _, width in (elements + offset).update(repeating: 0, count: width) }
        }
        return copy
    }
}

/// A box of places in a tensor.
private struct Region {
    let shape: Shape
    let start: Int
    let steps: [Int]
    let sizes: [Int]

    init(_ indices: [any AxisIndexConvertible], of whole: Shape) {
        require(
            indices.count <= whole.rank,
            "subscript: \(indices.count) indices for \(whole), which has \(whole.rank) axes")
        var (start, steps, sizes, kept) = (0, [Int](), [Int](), [Int]())
        steps.reserveCapacity(whole.rank)
        sizes.reserveCapacity(whole.rank)
        var step = whole.elementCount
        for axis in 0..<whole.rank {
            let size = whole.sizes[axis]
            step = size == 0 ? 0 : step / size
            let lower: Int, count: Int
            switch axis < indices.count ? indices[axis].axisIndex : .all {
            case .at(let index):
                lower = index < 0 ? index + size : index
                count = 1
                require(
                    lower >= 0 && lower < size,
                    "subscript: index \(index) on axis \(axis) of \(whole) - it has 0..<\(size)")
            case .range(let from, let to):
                lower = from ?? 0
                count = (to ?? size) - lower
                require(
                    lower >= 0 && count >= 0 && lower + count <= size,
                    "subscript: \(lower)..<\(lower + count) on axis \(axis) of \(whole) - it has 0..<\(size)")
                kept.append(count)
            }
            start += lower * step
            steps.append(step)
            sizes.append(count)
        }
        (shape, self.start, self.steps, self.sizes) = (Shape(kept), start, steps, sizes)
    }

    /// Whether the box lies in one piece.
    var isOneRow: Bool { sizes.dropLast().allSatisfy { $0 == 1 } }

    /// Calls `body` with where each row of the box starts in the tensor, its number, and its length.
    func forEachRow(_ body: (_ offset: Int, _ row: Int, _ width: Int) -> Void) {
        let width = sizes.last ?? 1
        let rows = sizes.dropLast().reduce(1, *)
        if rows == 1 { return body(start, 0, width) }
        for row in 0..<rows {
            var (rest, offset) = (row, start)
            for axis in (0..<Swift.max(sizes.count - 1, 0)).reversed() {
                offset += rest % sizes[axis] * steps[axis]
                rest /= sizes[axis]
            }
            body(offset, row, width)
        }
    }
}

// MARK: Gathering

extension Tensor {
    /// The rows of this table with the given ids.  // [ids, width]
    ///
    /// An id outside the table stops the cell.
    public func gather(_ ids: [Int32]) -> Tensor {
        require(rank == 2, "gather: \(shape) - rows are gathered from a matrix")
        let (rows, width) = (shape[0], shape[1])
        for id in ids {
            require(id >= 0 && id < rows, "gather: id \(id) of a table of \(rows) rows - the ids are 0..<\(rows)")
        }
        let result = Tensor(uninitialized: [ids.count, width])
        for (i, id) in ids.enumerated() {
            (result.storage.floats + i * width).update(from: storage.floats + Int(id) * width, count: width)
        }
        return result.recorded(from: self) { [node, shape] g in
            node?.accumulate(shape: shape) { elements, isFresh in
                if isFresh { elements.update(repeating: 0, count: shape.elementCount) }
                for (i, id) in ids.enumerated() {
                    addRow(g.storage.floats + i * width, to: elements + Int(id) * width, count: width)
                }
            }
        }
    }

    /// One element of each row of the last axis.
    ///
    /// - Parameter ids: an index along the last axis for each row.
    public func picking(_ ids: [Int32]) -> Tensor {
        let width = shape.innermost
        require(
            ids.count == shape.rowCount, "picking: \(ids.count) ids for \(shape), which has \(shape.rowCount) rows")
        for id in ids {
            require(id >= 0 && id < width, "picking: id \(id) on an axis of \(width) - it has 0..<\(width)")
        }
        let result = Tensor(uninitialized: Shape(Array(shape.sizes.dropLast())))
        for (row, id) in ids.enumerated() { result.storage.floats[row] = storage.floats[row * width + Int(id)] }
        return result.recorded(from: self) { [node, shape] g in
            node?.accumulate(shape: shape) { elements, isFresh in
                if isFresh { elements.update(repeating: 0, count: shape.elementCount) }
                for (row, id) in ids.enumerated() { elements[row * width + Int(id)] += g.storage.floats[row] }
            }
        }
    }
}
