import Notebook

/// Which places along an axis a subscript means: an index, a range, every n-th place, or all of them.
///
/// Negative numbers count from the end; places outside the axis stop the cell.
public enum AxisIndex: ExpressibleByIntegerLiteral {
    /// One place; the axis disappears.
    case at(Int)
    /// A range of places, up to but without the second bound.
    case range(Int?, Int?)
    /// A number of places from a first one on, at equal distances.
    case strided(first: Int, count: Int, step: Int)
    /// Every place.
    public static var all: AxisIndex { .range(nil, nil) }

    public init(integerLiteral value: Int) { self = .at(value) }
}

/// What can stand in a tensor's subscript: `x[0]`, `x[1..<3]`, `x[.all, -1]`, `x[-2..., i]`,
/// `x[stride(from: 0, to: 10, by: 2)]`.
public protocol AxisIndexConvertible {
    /// The places that this means.
    var axisIndex: AxisIndex { get }
}

extension AxisIndex: AxisIndexConvertible { public var axisIndex: AxisIndex { self } }
extension Int: AxisIndexConvertible { public var axisIndex: AxisIndex { .at(self) } }
extension Range<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { .range(lowerBound, upperBound) } }
extension ClosedRange<Int>: AxisIndexConvertible {
    public var axisIndex: AxisIndex { .range(lowerBound, end(through: upperBound)) }
}
extension PartialRangeFrom<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { .range(lowerBound, nil) } }
extension PartialRangeUpTo<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { .range(nil, upperBound) } }
extension PartialRangeThrough<Int>: AxisIndexConvertible {
    public var axisIndex: AxisIndex { .range(nil, end(through: upperBound)) }
}
extension StrideTo<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { places(of: self) } }
extension StrideThrough<Int>: AxisIndexConvertible { public var axisIndex: AxisIndex { places(of: self) } }

/// The bound behind the last place of a closed range: behind -1 is the end of the axis.
private func end(through last: Int) -> Int? { last == -1 ? nil : last == .max ? last : last + 1 }

private func places(of stride: some Sequence<Int>) -> AxisIndex {
    var (first, step, count): (Int?, Int?, Int) = (nil, nil, 0)
    for place in stride {
        if let first, step == nil { step = place - first }
        first = first ?? place
        count += 1
    }
    return .strided(first: first ?? 0, count: count, step: step ?? 1)
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
    /// x[0]; x[.all, 1]; x[0..., 1..<3]; x[-1, -1].item; x[.all, stride(from: 2, through: 0, by: -1)]
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

    /// The elements of a box, as a tensor of its own.
    func part(_ region: Region) -> Tensor {
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
        let value = newValue.withoutGradient.broadcast(to: region.shape, for: "assignment to a part of \(shape)")
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

extension AxisIndex: CustomStringConvertible {
    public var description: String {
        switch self {
        case .at(let index): "index \(index)"
        case .range(let lower, let upper): "\(lower.map(String.init) ?? "")..<\(upper.map(String.init) ?? "")"
        case .strided(let first, let count, let step): "\(first) and on to \(first &+ (count &- 1) &* step) by \(step)"
        }
    }

    /// Where the places that this means on an axis start, how many they are and how far apart; nil if some are outside.
    fileprivate func places(of size: Int) -> (first: Int, count: Int, step: Int)? {
        func fromStart(_ place: Int) -> Int { place < 0 ? place + size : place }
        switch self {
        case .at(let index):
            let place = fromStart(index)
            return 0..<size ~= place ? (place, 1, 1) : nil
        case .range(let lower, let upper):
            let (first, end) = (fromStart(lower ?? 0), fromStart(upper ?? size))
            return 0...size ~= first && first...size ~= end ? (first, end - first, 1) : nil
        case .strided(let place, let count, let step):
            let first = fromStart(place)
            if count == 0 || count == 1 { return 0...size - count ~= first ? (first, count, 1) : nil }
            let isShort = 0...size ~= count && step.magnitude < size.magnitude
            return isShort && 0..<size ~= first && 0..<size ~= first + (count - 1) * step ? (first, count, step) : nil
        }
    }
}

/// A box of places in a tensor.
struct Region {
    /// What a tensor of these places has for a shape.
    let shape: Shape
    /// Where the first of them is.
    private(set) var start = 0
    /// How far apart neighbours along each axis of the box are, and how many there are.
    private(set) var steps: [Int] = []
    private(set) var sizes: [Int] = []

    init(shape: Shape, steps: [Int]) { (self.shape, self.steps, sizes) = (shape, steps, shape.sizes) }

    init(_ indices: [any AxisIndexConvertible], of whole: Shape) {
        require(
            indices.count <= whole.rank,
            "subscript: \(indices.count) indices for \(whole), which has \(whole.rank) axes")
        var kept: [Int] = []
        steps.reserveCapacity(whole.rank)
        sizes.reserveCapacity(whole.rank)
        var step = whole.elementCount
        for axis in 0..<whole.rank {
            let size = whole.sizes[axis]
            step = size == 0 ? 0 : step / size
            let index = axis < indices.count ? indices[axis].axisIndex : .all
            guard let places = index.places(of: size) else {
                stopCell("subscript: \(index) on axis \(axis) of \(whole) - it has 0..<\(size)")
            }
            if case .at = index {} else { kept.append(places.count) }
            start += places.first * step
            steps.append(places.step * step)
            sizes.append(places.count)
        }
        shape = Shape(kept)
    }

    /// Whether the box lies in one piece.
    var isOneRow: Bool { sizes.dropLast().allSatisfy { $0 == 1 } && hasWholeRows }

    private var hasWholeRows: Bool { (steps.last ?? 1) == 1 }

    /// Calls `body` with where each row of the box starts in the tensor, its number, and its length.
    func forEachRow(_ body: (_ offset: Int, _ row: Int, _ width: Int) -> Void) {
        let outer = hasWholeRows ? Swift.max(sizes.count - 1, 0) : sizes.count
        let width = sizes[outer...].reduce(1, *)
        let rows = sizes[..<outer].reduce(1, *)
        for row in 0..<rows {
            var (rest, offset) = (row, start)
            for axis in (0..<outer).reversed() {
                offset += rest % sizes[axis] * steps[axis]
                rest /= sizes[axis]
            }
            body(offset, row, width)
        }
    }
}

// MARK: Gathering

extension Tensor {
    /// The places of the first axis with the given ids: rows of a table.  // [ids, width]
    ///
    /// An id outside the table stops the cell.
    public func gather(_ ids: [Int32]) -> Tensor {
        require(rank >= 1, "gather: \(shape) - a number has no axis to gather from")
        let (rows, width) = (shape[0], shape.distance(along: 0))
        for id in ids {
            require(id >= 0 && id < rows, "gather: id \(id) of a table of \(rows) rows - the ids are 0..<\(rows)")
        }
        let result = Tensor(uninitialized: shape.replacing(axis: 0, with: ids.count))
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
