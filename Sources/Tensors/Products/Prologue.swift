internal import CProcessor

/// What happens to elements of a left operand on their way into a product.
protocol Prologue {
    static var changes: Bool { get }
    static func apply(_ x: Vector) -> Vector
    /// The derivative at `x`.
    static func slope(_ x: Vector) -> Vector
}

/// The elements as they are.
enum Unchanged: Prologue {
    static var changes: Bool { false }
    @inline(__always) static func apply(_ x: Vector) -> Vector { x }
    @inline(__always) static func slope(_ x: Vector) -> Vector { Vector(repeating: 1) }
}

/// GELU of the elements, so that its result is never stored.
enum Activated: Prologue {
    static var changes: Bool { true }
    @inline(__always) static func apply(_ x: Vector) -> Vector { Kernel.GELU.value(x) }
    @inline(__always) static func slope(_ x: Vector) -> Vector { Kernel.GELU.slope(x, x) }
}

/// Copies a block of a matrix to where it lies dense and no two rows compete for a place in the cache.
@inline(__always)
func copyBlock<P: Prologue>(
    _ source: UnsafePointer<Float>, step: Int, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>,
    step targetStep: Int, _: P.Type
) {
    for row in 0..<rows {
        let (from, to) = (source + row * step, target + row * targetStep)
        let ahead = min(rowsAhead, rows - 1 - row) * step
        var i = 0
        while i + 16 <= columns {
            martlet_prefetch(from + ahead + i)
            store(P.apply(load(from + i)), to: to + i)
            i += 16
        }
        if i < columns { store(P.apply(load(from + i, count: columns - i)), to: to + i, count: columns - i) }
    }
}
