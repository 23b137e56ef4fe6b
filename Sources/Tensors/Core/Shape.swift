import Notebook

/// The sizes of a tensor along its axes, outermost first: `[batch, time, width]`.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, RandomAccessCollection, CustomStringConvertible {
    /// The size of each axis.
    public let sizes: [Int]
    /// How many elements a tensor of this shape has.
    public let elementCount: Int

    /// A shape of the given sizes; a negative size stops the cell, and so do more elements than can be counted.
    public init(_ sizes: [Int]) {
        // The sizes beside one of 0 are multiplied, too: how far apart elements would lie is asked of empty tensors as well.
        var (product, isNegative, isEmpty, overflows) = (1, false, false, false)
        for size in sizes {
            let isTooMuch: Bool
            (product, isTooMuch) = product.multipliedReportingOverflow(by: Swift.max(size, 1))
            isNegative = isNegative || size < 0
            isEmpty = isEmpty || size == 0
            overflows = overflows || isTooMuch
        }
        require(!isNegative, "shape: \(sizes) - a size cannot be negative")
        require(!overflows && product <= Int.max / 16, "shape: \(sizes) - no memory holds so many elements")
        self.sizes = sizes
        elementCount = isEmpty ? 0 : product
    }

    public init(arrayLiteral sizes: Int...) { self.init(sizes) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { sizes.count }
    /// The size of an axis; a negative axis counts from the last one.
    public subscript(axis: Int) -> Int { sizes[axis < 0 ? axis + sizes.count : axis] }
    public var description: String { "[" + sizes.map(String.init).joined(separator: ", ") + "]" }

    /// How many axes there are.
    public var rank: Int { sizes.count }
    /// The size of the innermost axis, 1 for a scalar.
    package var innermost: Int { sizes.last ?? 1 }
    /// How many innermost rows there are.
    package var rowCount: Int { sizes.dropLast().reduce(1, *) }

    /// How far apart in memory neighbours along each axis are.
    var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * sizes[axis + 1] }
        return strides
    }

    /// How far apart in memory neighbours along one axis are.
    func distance(along axis: Int) -> Int { sizes[(axis + 1)...].reduce(1, *) }

    /// The axis that a person means, counted from the front.
    func resolve(axis: Int, for operation: String) -> Int {
        let resolved = axis < 0 ? axis + rank : axis
        require(rank > 0, "\(operation): axis \(axis) of \(self) - a number has no axes")
        require(
            resolved >= 0 && resolved < rank,
            "\(operation): axis \(axis) of \(self) - the axes are 0..<\(rank), or -\(rank) ... -1 from the end")
        return resolved
    }

    /// This shape with one axis taken out.
    func removing(axis: Int) -> Shape {
        var sizes = sizes
        sizes.remove(at: axis)
        return Shape(sizes)
    }

    /// This shape with another size along one axis.
    func replacing(axis: Int, with size: Int) -> Shape {
        var sizes = sizes
        sizes[axis] = size
        return Shape(sizes)
    }

    /// The shape that two shapes broadcast to: sizes match from the last axis on, or one of them is 1.
    static func broadcast(_ a: Shape, _ b: Shape, for operation: String) -> Shape {
        if a == b { return a }
        let rank = Swift.max(a.rank, b.rank)
        var sizes = [Int](repeating: 1, count: rank)
        for i in 1...Swift.max(rank, 1) where i <= rank {
            let (left, right) = (i <= a.rank ? a[a.rank - i] : 1, i <= b.rank ? b[b.rank - i] : 1)
            require(
                left == right || left == 1 || right == 1,
                "\(operation): \(a) and \(b) - sizes \(left) and \(right) neither match nor is one of them 1")
            sizes[rank - i] = left == 1 ? right : left
        }
        return Shape(sizes)
    }
}
