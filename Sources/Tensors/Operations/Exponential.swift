// Exponential and logarithm of a whole vector, within 2 units in the last place: the range is reduced to half a power
// of two around 1, where a short polynomial serves (the logarithm's is that of Cephes' logf, by S. Moshier).

/// eˣ. Below -87.3 it is 0, above 88.7 infinite.
@inlinable @inline(__always)
package func exponential(_ x: Vector) -> Vector {
    let (mantissa, shifted) = reducedExponential(atMost(atLeast(x, -87.33654), 88.72283))
    // 2^128 is beyond a float's range, so the power of two is applied in two halves.
    let bits = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- 0x4B40_0000
    let half = bits &>> 1
    let first = unsafeBitCast((half &+ 127) &<< 23, to: Vector.self)
    let second = unsafeBitCast((bits &- half &+ 127) &<< 23, to: Vector.self)
    let result = mantissa * first * second
    return result.replacing(with: 0, where: x .< -87.33654).replacing(with: .infinity, where: x .> 88.72283)
}

/// eˣ within ±86.5, and e^±86.5 beyond: for sums and quotients in which such numbers are as good as 0 and ∞, at half
/// the work.
@inlinable @inline(__always)
package func boundedExponential(_ x: Vector) -> Vector { scaledExponential(atMost(atLeast(x, -86.5), 86.5)) }

/// eˣ of a number that is not positive; what is below e^-86.5 counts as that.
@inlinable @inline(__always)
package func decayingExponential(_ x: Vector) -> Vector { scaledExponential(atLeast(x, -86.5)) }

/// eˣ within ±87: the power of two is added to the exponent's bits.
@inlinable @inline(__always)
package func scaledExponential(_ x: Vector) -> Vector {
    let (mantissa, shifted) = reducedExponential(x)
    let power = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
    return unsafeBitCast(unsafeBitCast(mantissa, to: SIMD16<Int32>.self) &+ power, to: Vector.self)
}

/// eˣ = mantissa · 2^power. The power stands in the low bits of `shifted`.
@inlinable @inline(__always)
package func reducedExponential(_ x: Vector) -> (mantissa: Vector, shifted: Vector) {
    // 1.5 * 2^23: adding it leaves the nearest whole number in the low bits.
    let rounder = Vector(repeating: 12_582_912)
    let shifted = rounder.addingProduct(x, Vector(repeating: 1.442695041))
    let power = shifted - rounder
    let r = x.addingProduct(power, Vector(repeating: -0.693359375))
        .addingProduct(power, Vector(repeating: 2.12194440e-4))
    // The polynomial of least relative error, 3e-9, within ±ln 2 / 2 (found by Lawson's weights).
    var p = Vector(repeating: 1.381453825e-3)
    p = Vector(repeating: 8.368745446e-3).addingProduct(p, r)
    p = Vector(repeating: 4.166838899e-2).addingProduct(p, r)
    p = Vector(repeating: 1.666652113e-1).addingProduct(p, r)
    p = Vector(repeating: 4.999999404e-1).addingProduct(p, r)
    p = Vector(repeating: 1).addingProduct(p, r)
    p = Vector(repeating: 1).addingProduct(p, r)
    return (p, shifted)
}

/// ln x. Of 0 it is -∞, of a negative number not a number.
@inlinable @inline(__always)
package func logarithm(_ x: Vector) -> Vector {
    let tiny = x .< Float.leastNormalMagnitude
    let scaled = x.replacing(with: x * 8_388_608, where: tiny)
    let bits = unsafeBitCast(scaled, to: SIMD16<Int32>.self)
    // 2^23 with a small whole number in its low bits is 2^23 plus that number.
    var exponent = unsafeBitCast(bits &>> 23 | 0x4B00_0000, to: Vector.self) - 8_388_734
    exponent -= Vector(repeating: 0).replacing(with: 23, where: tiny)
    var m = unsafeBitCast((bits & 0x007F_FFFF) | 0x3F00_0000, to: Vector.self)  // 0.5 ..< 1
    let small = m .< 0.70710678
    exponent -= Vector(repeating: 0).replacing(with: 1, where: small)
    m = m.replacing(with: m + m, where: small) - 1
    let square = m * m
    var p = Vector(repeating: 7.0376836292e-2)
    p = Vector(repeating: -1.1514610310e-1).addingProduct(p, m)
    p = Vector(repeating: 1.1676998740e-1).addingProduct(p, m)
    p = Vector(repeating: -1.2420140846e-1).addingProduct(p, m)
    p = Vector(repeating: 1.4249322787e-1).addingProduct(p, m)
    p = Vector(repeating: -1.6668057665e-1).addingProduct(p, m)
    p = Vector(repeating: 2.0000714765e-1).addingProduct(p, m)
    p = Vector(repeating: -2.4999993993e-1).addingProduct(p, m)
    p = Vector(repeating: 3.3333331174e-1).addingProduct(p, m)
    var y = p * m * square
    y = y.addingProduct(exponent, Vector(repeating: -2.12194440e-4)) - 0.5 * square
    let result = (m + y).addingProduct(exponent, Vector(repeating: 0.693359375))
    return result.replacing(with: .infinity, where: x .== .infinity)
        .replacing(with: -.infinity, where: x .== 0)
        .replacing(with: .nan, where: x .< 0)
        .replacing(with: .nan, where: x .!= x)
}

/// 1 / (1 + e⁻ˣ).
@inlinable @inline(__always)
package func logistic(_ x: Vector) -> Vector { 1 / (1 + boundedExponential(-x)) }

/// (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ); near 0 by its series, where the difference would lose its digits.
@inline(__always)
func hyperbolicTangent(_ x: Vector) -> Vector {
    let square = x * x
    let series = x * (1 - square * (0.33333334 - square * (0.13333334 - square * 0.05396825)))
    let quotient = 1 - 2 / (boundedExponential(2 * x) + 1)
    return quotient.replacing(with: series, where: square .< 0.04)
}

@inlinable @inline(__always)
package func atLeast(_ x: Vector, _ bound: Float) -> Vector { x.replacing(with: bound, where: x .< bound) }

@inlinable @inline(__always)
package func atMost(_ x: Vector, _ bound: Float) -> Vector { x.replacing(with: bound, where: x .> bound) }
