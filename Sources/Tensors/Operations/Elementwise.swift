import Notebook

/// How many vectors a thread should at least get of a cheap operation.
private let vectorGrain = 4096

extension Tensor {
    /// Each element through a function of numbers: `x.map { $0 > 0 ? $0 : 0.1 * $0 }`.
    ///
    /// No gradient flows through such a function, so a tensor that wants one stops the cell.
    public func map(_ function: (Float) -> Float) -> Tensor {
        require(
            node == nil || !Tape.isRecording,
            "map: no gradient flows through a function of numbers - compute with tensors, as in max(x, 0), or map "
                + "x.withoutGradient")
        return withElements { elements in Tensor(shape) { function(elements[$0]) } }
    }

    /// A kernel applied to every element, recorded with its derivative.
    package func map<K: UnaryKernel>(_ kernel: K.Type) -> Tensor {
        let result = mapped { K.value($0) }
        let kept = K.slopeNeedsInput ? withoutGradient : result
        return result.recorded(from: self) { [node] gradient in
            node?.accumulate(
                K.slopeNeedsInput
                    ? gradient.combined(kept) { g, x in g * K.slope(x, K.value(x)) }
                    : gradient.combined(kept) { g, y in g * K.slope(y, y) })
        }
    }

    /// Elements through a function, unrecorded.
    @inline(__always)
    package func mapped(_ function: (Vector) -> Vector) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let (from, to) = (storage.vectors, result.storage.vectors)
        parallelRanges(vectorCount(count), grain: vectorGrain) { range in
            for i in range { to[i] = function(from[i]) }
        }
        withExtendedLifetime(storage) {}
        return result
    }

    /// Elements of two tensors of one shape through a function, unrecorded.
    @inline(__always)
    package func combined(_ other: Tensor, _ function: (Vector, Vector) -> Vector) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let (left, right, to) = (storage.vectors, other.storage.vectors, result.storage.vectors)
        parallelRanges(vectorCount(count), grain: vectorGrain) { range in
            for i in range { to[i] = function(left[i], right[i]) }
        }
        withExtendedLifetime((storage, other.storage)) {}
        return result
    }

    /// The sum with a tensor of this shape, in this tensor's memory where nobody else holds it.
    package consuming func adding(inPlace other: Tensor) -> Tensor {
        var sum = self
        sum.makeUnique()
        let (to, from) = (sum.storage.vectors, other.storage.vectors)
        parallelRanges(vectorCount(sum.count), grain: vectorGrain) { range in
            for i in range { to[i] += from[i] }
        }
        withExtendedLifetime((sum.storage, other.storage)) {}
        return sum
    }

    /// A kernel applied to the elements of two tensors, broadcast to one shape, unrecorded.
    package static func zip<K: BinaryKernel>(_ a: Tensor, _ b: Tensor, _ kernel: K.Type, _ operation: String) -> Tensor
    {
        if a.shape == b.shape { return a.combined(b) { K.value($0, $1) } }
        let shape = Shape.broadcast(a.shape, b.shape, for: operation)
        if b.count == 1 && shape == a.shape {
            let scalar = Vector(repeating: b.storage.floats[0])
            return a.mapped { K.value($0, scalar) }
        }
        if a.count == 1 && shape == b.shape {
            let scalar = Vector(repeating: a.storage.floats[0])
            return b.mapped { K.value(scalar, $0) }
        }
        return broadcast(a, b, to: shape, kernel)
    }

    private static func broadcast<K: BinaryKernel>(
        _ a: Tensor, _ b: Tensor, to shape: Shape, _ kernel: K.Type
    ) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let width = shape.innermost
        let left = RowOffsets(of: a.shape, broadcastTo: shape)
        let right = RowOffsets(of: b.shape, broadcastTo: shape)
        let (from, with, to) = (a.storage.floats, b.storage.floats, result.storage.floats)
        parallelRanges(shape.rowCount, grain: Swift.max(1, vectorGrain * 16 / Swift.max(width, 1))) { rows in
            for row in rows {
                combineRows(
                    from + left[row], step: left.innerStep, with + right[row], step: right.innerStep,
                    into: to + row * width, count: width, kernel)
            }
        }
        withExtendedLifetime((a.storage, b.storage)) {}
        return result
    }
}

/// One row of a broadcast operation; a step of 0 repeats a single element.
@inline(__always)
private func combineRows<K: BinaryKernel>(
    _ a: UnsafePointer<Float>, step aStep: Int, _ b: UnsafePointer<Float>, step bStep: Int,
    into result: UnsafeMutablePointer<Float>, count: Int, _ kernel: K.Type
) {
    var i = 0
    while i + 16 <= count {
        let left = aStep == 0 ? Vector(repeating: a[0]) : load(a + i)
        let right = bStep == 0 ? Vector(repeating: b[0]) : load(b + i)
        store(K.value(left, right), to: result + i)
        i += 16
    }
    if i < count {
        let left = aStep == 0 ? Vector(repeating: a[0]) : load(a + i, count: count - i)
        let right = bStep == 0 ? Vector(repeating: b[0]) : load(b + i, count: count - i)
        store(K.value(left, right), to: result + i, count: count - i)
    }
}

/// Where each innermost row of a broadcast operand starts.
struct RowOffsets {
    /// 1, or 0 where the innermost axis is repeated.
    let innerStep: Int
    private let sizes: [Int]
    private let steps: [Int]

    init(of shape: Shape, broadcastTo target: Shape) {
        let missing = target.rank - shape.rank
        let strides = shape.strides
        let steps = target.indices.map { axis in
            axis < missing || shape[axis - missing] == 1 && target[axis] != 1 ? 0 : strides[axis - missing]
        }
        innerStep = (steps.last ?? 0) == 0 ? 0 : 1
        self.sizes = Array(target.sizes.dropLast())
        self.steps = Array(steps.dropLast())
    }

    subscript(row: Int) -> Int {
        var (rest, offset) = (row, 0)
        var axis = sizes.count - 1
        while axis >= 0 {
            offset += rest % sizes[axis] * steps[axis]
            rest /= sizes[axis]
            axis -= 1
        }
        return offset
    }
}

@inlinable @inline(__always)
package func load(_ pointer: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

@inlinable @inline(__always)
package func store(_ vector: Vector, to pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// The first `count` floats, and zeros.
@inlinable @inline(__always)
package func load(_ pointer: UnsafePointer<Float>, count: Int) -> Vector {
    var vector = Vector(repeating: 0)
    for i in 0..<count { vector[i] = pointer[i] }
    return vector
}

@inlinable @inline(__always)
package func store(_ vector: Vector, to pointer: UnsafeMutablePointer<Float>, count: Int) {
    for i in 0..<count { pointer[i] = vector[i] }
}

// MARK: Arithmetic

extension Tensor {
    /// The sum of each pair of elements; shapes broadcast.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        zip(a, b, Kernel.Add.self, "+").recorded(from: a, b) { [an = a.node, bn = b.node, a = a.shape, b = b.shape] g in
            an?.accumulate(g.reduced(to: a))
            bn?.accumulate(g.reduced(to: b))
        }
    }

    /// The difference of each pair of elements; shapes broadcast.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        zip(a, b, Kernel.Subtract.self, "-").recorded(from: a, b) {
            [an = a.node, bn = b.node, a = a.shape, b = b.shape] g in
            an?.accumulate(g.reduced(to: a))
            bn?.accumulate((-g).reduced(to: b))
        }
    }

    /// The product of each pair of elements; shapes broadcast.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        zip(a, b, Kernel.Multiply.self, "*").recorded(from: a, b) { g in
            a.accumulate((g * b.withoutGradient).reduced(to: a.shape))
            b.accumulate((g * a.withoutGradient).reduced(to: b.shape))
        }
    }

    /// The quotient of each pair of elements; shapes broadcast.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        zip(a, b, Kernel.Divide.self, "/").recorded(from: a, b) { g in
            a.accumulate((g / b).reduced(to: a.shape))
            b.accumulate((-g * a / (b * b)).reduced(to: b.shape))
        }
    }

    /// The sum of each element and a number.
    public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
    /// The sum of a number and each element.
    public static func + (a: Float, b: Tensor) -> Tensor { b + Tensor(a) }
    /// The difference of each element and a number.
    public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(b) }
    /// The difference of a number and each element.
    public static func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
    /// Each element times a number.
    public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(b) }
    /// A number times each element.
    public static func * (a: Float, b: Tensor) -> Tensor { b * Tensor(a) }
    /// Each element divided by a number.
    public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }
    /// A number divided by each element.
    public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }
    /// Each element with the other sign.
    public static prefix func - (a: Tensor) -> Tensor { a * Tensor(-1) }

    /// Adds a tensor that broadcasts to this shape.
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    /// Subtracts a tensor that broadcasts to this shape.
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    /// Multiplies by a tensor that broadcasts to this shape.
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
    /// Divides by a tensor that broadcasts to this shape.
    public static func /= (a: inout Tensor, b: Tensor) { a = a / b }
    /// Multiplies every element by a number.
    public static func *= (a: inout Tensor, b: Float) { a = a * b }
    /// Divides every element by a number.
    public static func /= (a: inout Tensor, b: Float) { a = a / b }

    /// Each element to a power; the gradient is with respect to the base.
    ///
    /// A negative number has whole powers only; the others of it are not a number.
    public func power(_ exponent: Float) -> Tensor {
        raised(to: exponent).recorded(from: self) { [self] g in
            self.accumulate(exponent == 0 ? Tensor(zeros: shape) : g * exponent * self.raised(to: exponent - 1))
        }
    }

    /// Each element to a power, unrecorded: a whole one of few digits by squaring.
    private func raised(to exponent: Float) -> Tensor {
        guard let whole = Int8(exactly: exponent) else {
            guard exponent == exponent.rounded() else { return mapped { exponential(logarithm($0) * exponent) } }
            let isOdd = Swift.abs(exponent.remainder(dividingBy: 2)) == 1
            return mapped { x in
                let isNegative = x .< 0
                let power = exponential(logarithm(x.replacing(with: -x, where: isNegative)) * exponent)
                return isOdd ? power.replacing(with: -power, where: isNegative) : power
            }
        }
        return mapped { x in
            var (power, square, rest) = (Vector(repeating: 1), x, whole.magnitude)
            while rest > 0 {
                if rest & 1 == 1 { power *= square }
                square *= square
                rest >>= 1
            }
            return whole < 0 ? 1 / power : power
        }
    }
}

// MARK: Comparison and choice

infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

extension Tensor {
    /// 1 where the left element is less, else 0; shapes broadcast.
    public static func .< (a: Tensor, b: Tensor) -> Tensor { zip(a, b, Kernel.Less.self, ".<") }
    /// 1 where the left element is at most the right one, else 0; shapes broadcast.
    public static func .<= (a: Tensor, b: Tensor) -> Tensor { zip(a, b, Kernel.LessOrEqual.self, ".<=") }
    /// 1 where the left element is greater, else 0; shapes broadcast.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { zip(a, b, Kernel.Greater.self, ".>") }
    /// 1 where the left element is at least the right one, else 0; shapes broadcast.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor { zip(a, b, Kernel.GreaterOrEqual.self, ".>=") }
    /// 1 where the elements are equal, else 0; shapes broadcast.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { zip(a, b, Kernel.Equal.self, ".==") }
    /// 1 where the elements differ, else 0; shapes broadcast.
    public static func .!= (a: Tensor, b: Tensor) -> Tensor { 1 - (a .== b) }

    /// The elements of this tensor where the condition is not 0, of the other elsewhere; shapes broadcast.
    public func `where`(_ condition: Tensor, else other: Tensor) -> Tensor {
        let shape = Shape.broadcast(Shape.broadcast(shape, other.shape, for: "where"), condition.shape, for: "where")
        let condition = condition.withoutGradient.broadcast(to: shape)
        let (first, second) = (broadcast(to: shape), other.broadcast(to: shape))
        return first.chosen(condition, else: second).recorded(from: first, second) { g in
            let nothing = Tensor(zeros: shape)
            first.accumulate(g.chosen(condition, else: nothing))
            second.accumulate(nothing.chosen(condition, else: g))
        }
    }

    /// The elements of this tensor where the condition is not 0, a number elsewhere, as in
    /// `scores.where(mask, else: -.infinity)`.
    @_disfavoredOverload
    public func `where`(_ condition: Tensor, else number: Float) -> Tensor {
        self.where(condition, else: Tensor(number))
    }

    /// The elements of this tensor where the condition is not 0, of the other elsewhere: all of one shape, unrecorded.
    private func chosen(_ condition: Tensor, else other: Tensor) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let (first, second, to) = (storage.vectors, other.storage.vectors, result.storage.vectors)
        let condition = condition.storage.vectors
        parallelRanges(vectorCount(count), grain: vectorGrain) { range in
            for i in range { to[i] = first[i].replacing(with: second[i], where: condition[i] .== 0) }
        }
        return result
    }
}

/// The greater of each pair of elements; shapes broadcast. Where they are equal the first one gets the gradient.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor.zip(a, b, Kernel.Maximum.self, "maximum").recorded(from: a, b) { g in
        let first = a .>= b
        a.accumulate((g * first).reduced(to: a.shape))
        b.accumulate((g * (1 - first)).reduced(to: b.shape))
    }
}

/// The lesser of each pair of elements; shapes broadcast. Where they are equal the first one gets the gradient.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    Tensor.zip(a, b, Kernel.Minimum.self, "minimum").recorded(from: a, b) { g in
        let first = a .<= b
        a.accumulate((g * first).reduced(to: a.shape))
        b.accumulate((g * (1 - first)).reduced(to: b.shape))
    }
}

// MARK: Functions

// What C has for numbers is tried after it: expressions of numbers are then sooner understood by the compiler.

/// eˣ of each element.
@_disfavoredOverload public func exp(_ x: Tensor) -> Tensor { x.map(Kernel.Exp.self) }
/// The natural logarithm of each element.
@_disfavoredOverload public func log(_ x: Tensor) -> Tensor { x.map(Kernel.Log.self) }
/// The square root of each element.
@_disfavoredOverload public func sqrt(_ x: Tensor) -> Tensor { x.map(Kernel.SquareRoot.self) }
/// The absolute value of each element.
@_disfavoredOverload public func abs(_ x: Tensor) -> Tensor { x.map(Kernel.Absolute.self) }
/// The hyperbolic tangent of each element.
@_disfavoredOverload public func tanh(_ x: Tensor) -> Tensor { x.map(Kernel.Tanh.self) }
/// 1 / (1 + e⁻ˣ) of each element.
public func sigmoid(_ x: Tensor) -> Tensor { x.map(Kernel.Sigmoid.self) }
/// Each element, or 0 where it is negative.
public func relu(_ x: Tensor) -> Tensor { x.map(Kernel.ReLU.self) }
/// x σ(x) of each element (Elfwing et al. 2017, also called swish).
public func silu(_ x: Tensor) -> Tensor { x.map(Kernel.SiLU.self) }
/// The Gaussian error linear unit of each element, in GPT-2's form with tanh (Hendrycks and Gimpel 2016).
public func gelu(_ x: Tensor) -> Tensor { x.map(Kernel.GELU.self) }
