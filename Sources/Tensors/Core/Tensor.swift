import Notebook

/// Numbers along any number of axes: 32-bit floats in one block of memory, the last axis innermost.
///
/// A tensor is a value: assigning it copies nothing until one of the copies is changed. Token ids are not tensors but
/// `[Int32]`.
///
/// ```swift
/// let x = Tensor([[1, 2, 3], [4, 5, 6]])
/// x * 10 + x.sum(axis: 1, keepingAxis: true)            // [2, 3]
/// ```
public struct Tensor: @unchecked Sendable {
    /// The sizes along each axis.
    public let shape: Shape
    package var storage: Storage
    /// Where this value stands on the tape, if gradients are wanted.
    package var node: Node?

    package init(shape: Shape, storage: Storage, node: Node? = nil) {
        (self.shape, self.storage, self.node) = (shape, storage, node)
    }

    /// Memory for a result that an operation is about to write.
    package init(uninitialized shape: Shape) {
        self.init(shape: shape, storage: Storage.allocated(shape.elementCount))
    }

    package init(filling shape: Shape, with value: Float) {
        self.init(uninitialized: shape)
        storage.floats.update(repeating: value, count: shape.elementCount)
    }

    /// Elements one after the other, innermost axis first.
    package init(_ shape: Shape, of element: (Int) -> Float) {
        self.init(uninitialized: shape)
        for i in 0..<shape.elementCount { storage.floats[i] = element(i) }
    }

    /// How many elements there are.
    public var count: Int { shape.elementCount }
    /// How many axes there are.
    public var rank: Int { shape.rank }

    /// Calls `body` with the elements, innermost axis first.
    public func withElements<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: storage.floats, count: count))
    }

    /// Calls `body` with memory that belongs to this tensor alone.
    package mutating func withMutableElements(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        makeUnique()
        body(storage.floats)
        withExtendedLifetime(storage) {}
    }

    mutating func makeUnique() {
        guard !isKnownUniquelyReferenced(&storage) else { return }
        let copy = Storage.allocated(count)
        copy.floats.update(from: storage.floats, count: count)
        storage = copy
    }
}

// MARK: Making tensors

extension Tensor {
    /// A tensor of one number, without axes.
    public init(_ value: Float) { self.init(filling: [], with: value) }

    /// A tensor along one axis.
    public init(_ values: [Float]) { self.init(values, shape: [values.count]) }

    /// A tensor of the given elements, innermost axis first; their number must fit the shape.
    public init(_ values: [Float], shape: Shape) {
        require(
            values.count == shape.elementCount,
            "Tensor: \(values.count) values for the shape \(shape), which has \(shape.elementCount) elements")
        self.init(uninitialized: shape)
        values.withUnsafeBufferPointer {
            if let base = $0.baseAddress { storage.floats.update(from: base, count: values.count) }
        }
    }

    /// A tensor of rows of equal length.
    public init(_ rows: [[Float]]) {
        let width = rows.first?.count ?? 0
        require(
            rows.allSatisfy { $0.count == width }, "Tensor: rows of \(rows.map(\.count)) values - they must be equal")
        self.init(Array(rows.joined()), shape: [rows.count, width])
    }

    /// A tensor of tables of equal size.
    public init(_ tables: [[[Float]]]) { self = Tensor.stack(tables.map { Tensor($0) }) }

    /// A tensor of zeros.
    public init(zeros shape: Shape) { self.init(filling: shape, with: 0) }

    /// A tensor of ones.
    public init(ones shape: Shape) { self.init(filling: shape, with: 1) }

    /// A tensor of one value repeated.
    public init(repeating value: Float, shape: Shape) { self.init(filling: shape, with: value) }

    /// The whole numbers of a range, along one axis.
    public init(_ range: Range<Int>) { self.init([range.count]) { Float(range.lowerBound + $0) } }

    /// Whole numbers along one axis.
    @_disfavoredOverload
    public init(_ numbers: some Sequence<some BinaryInteger>) { self.init(numbers.map { Float($0) }) }

    /// Numbers of double precision along one axis, which become 32-bit floats.
    @_disfavoredOverload
    public init(_ numbers: some Sequence<Double>) { self.init(numbers.map { Float($0) }) }

    /// Rows of numbers of double precision, which become 32-bit floats.
    @_disfavoredOverload
    public init(_ rows: some Sequence<[Double]>) { self.init(rows.map { $0.map { Float($0) } }) }

    /// Numbers at equal distances from the first to the last, both included, along one axis.
    public init(from first: Float, through last: Float, count: Int) {
        let step = (last - first) / Float(Swift.max(count - 1, 1))
        self.init([count]) { first + Float($0) * step }
    }

    /// The square matrix with ones on its diagonal.
    public init(identity size: Int) {
        self.init(zeros: [size, size])
        for i in 0..<size { storage.floats[i * size + i] = 1 }
    }
}

extension Tensor: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    public init(floatLiteral value: Float) { self.init(value) }
    public init(integerLiteral value: Int) { self.init(Float(value)) }
    public init(arrayLiteral elements: Tensor...) { self = Tensor.stack(elements) }
}

// MARK: Reading tensors

extension Tensor {
    /// The elements, innermost axis first.
    public var elements: [Float] { withElements(Array.init) }

    /// The one number that this tensor holds.
    public var item: Float {
        require(count == 1, "item: \(shape) - only a tensor of one element has an item")
        return withElements { $0[0] }
    }

    /// The rows of a matrix.
    public var rows: [[Float]] {
        require(rank == 2, "rows: \(shape) - only a matrix has rows")
        return (0..<shape[0]).map { row in withElements { Array($0[row * shape[1]..<(row + 1) * shape[1]]) } }
    }
}

extension Tensor: Equatable {
    /// Whether shape and every element are the same.
    public static func == (a: Tensor, b: Tensor) -> Bool {
        a.shape == b.shape && a.withElements { left in b.withElements { left.elementsEqual($0) } }
    }

    /// Whether the shapes are the same and no element differs by more than a tolerance.
    public func isClose(to other: Tensor, absolute: Float = 1e-5, relative: Float = 1e-5) -> Bool {
        shape == other.shape
            && withElements { left in
                other.withElements { right in
                    Swift.zip(left, right).allSatisfy { $0 == $1 || abs($0 - $1) <= absolute + relative * abs($1) }
                }
            }
    }
}
