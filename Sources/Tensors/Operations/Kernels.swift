/// A function of one number with its derivative, on a vector at a time.
package protocol UnaryKernel {
    static func value(_ x: Vector) -> Vector
    /// The derivative at `x`, where the function's value is `y`.
    static func slope(_ x: Vector, _ y: Vector) -> Vector
    /// Whether the derivative needs only the value, so that the input need not be kept.
    static var slopeNeedsInput: Bool { get }
}

extension UnaryKernel {
    package static var slopeNeedsInput: Bool { true }
}

/// A function of two numbers, on a vector at a time.
package protocol BinaryKernel {
    static func value(_ a: Vector, _ b: Vector) -> Vector
}

extension SIMDMask<SIMD16<Int32>> {
    /// Ones where the mask holds, zeros elsewhere.
    @inline(__always)
    var floats: Vector { Vector(repeating: 0).replacing(with: 1, where: self) }
}

@usableFromInline package enum Kernel {
    package enum Add: BinaryKernel {
        @inline(__always) package static func value(_ a: Vector, _ b: Vector) -> Vector { a + b }
    }
    package enum Subtract: BinaryKernel {
        @inline(__always) package static func value(_ a: Vector, _ b: Vector) -> Vector { a - b }
    }
    package enum Multiply: BinaryKernel {
        @inline(__always) package static func value(_ a: Vector, _ b: Vector) -> Vector { a * b }
    }
    package enum Divide: BinaryKernel {
        @inline(__always) package static func value(_ a: Vector, _ b: Vector) -> Vector { a / b }
    }
    enum Maximum: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector {
            a.replacing(with: b, where: (b .> a) .| (b .!= b))
        }
    }
    enum Minimum: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector {
            a.replacing(with: b, where: (b .< a) .| (b .!= b))
        }
    }
    enum Less: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector { (a .< b).floats }
    }
    enum LessOrEqual: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector { (a .<= b).floats }
    }
    enum Greater: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector { (a .> b).floats }
    }
    enum GreaterOrEqual: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector { (a .>= b).floats }
    }
    enum Equal: BinaryKernel {
        @inline(__always) static func value(_ a: Vector, _ b: Vector) -> Vector { (a .== b).floats }
    }

    enum Exp: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { exponential(x) }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector { y }
        static var slopeNeedsInput: Bool { false }
    }
    enum Log: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { logarithm(x) }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector { 1 / x }
    }
    enum SquareRoot: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { x.squareRoot() }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector { 0.5 / y }
        static var slopeNeedsInput: Bool { false }
    }
    enum Absolute: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { x.replacing(with: -x, where: x .< 0) }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector {
            Vector(repeating: 0).replacing(with: 1, where: x .> 0).replacing(with: -1, where: x .< 0)
        }
    }
    enum Tanh: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { hyperbolicTangent(x) }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector { 1 - y * y }
        static var slopeNeedsInput: Bool { false }
    }
    enum Sigmoid: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { logistic(x) }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector { y * (1 - y) }
        static var slopeNeedsInput: Bool { false }
    }
    enum ReLU: UnaryKernel {
        @inline(__always) static func value(_ x: Vector) -> Vector { x.replacing(with: 0, where: x .< 0) }
        @inline(__always) static func slope(_ x: Vector, _ y: Vector) -> Vector { (y .> 0).floats }
        static var slopeNeedsInput: Bool { false }
    }
    @usableFromInline package enum SiLU: UnaryKernel {
        @inlinable @inline(__always) package static func value(_ x: Vector) -> Vector { x * logistic(x) }
        @inline(__always) package static func slope(_ x: Vector, _ y: Vector) -> Vector {
            let s = logistic(x)
            return s * (1 + x * (1 - s))
        }
    }
    /// GPT-2's GELU: x σ(2u) with u = √(2/π) (x + 0.044715 x³), which is the usual form with tanh(u).
    @usableFromInline package enum GELU: UnaryKernel {
        @inlinable @inline(__always) package static func value(_ x: Vector) -> Vector { x * logistic(twice(x)) }
        @inline(__always) package static func slope(_ x: Vector, _ y: Vector) -> Vector {
            let s = logistic(twice(x))
            let slopeOfTwice = 1.5957691216057308 + (0.2140644488 * x * x)
            return s + x * s * (1 - s) * slopeOfTwice
        }
        @inlinable @inline(__always) package static func twice(_ x: Vector) -> Vector {
            x * (1.5957691216057308 + 0.0713548162726 * x * x)
        }
    }
}
