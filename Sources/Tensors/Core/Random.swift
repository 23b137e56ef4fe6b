import Foundation
import Notebook

/// Random numbers from a seed: the same seed gives the same numbers on every machine (xoshiro256++, Blackman and
/// Vigna 2018).
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable, Codable {
    private var state: [UInt64]

    /// A generator whose numbers follow from the seed.
    public init(seed: Int) {
        var mixed = UInt64(bitPattern: Int64(seed))
        state = (0..<4).map { _ in
            mixed &+= 0x9E37_79B9_7F4A_7C15
            var z = mixed
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    public mutating func next() -> UInt64 {
        func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { x << k | x >> (64 - k) }
        let result = rotated(state[0] &+ state[3], 23) &+ state[0]
        let t = state[1] << 17
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= t
        state[3] = rotated(state[3], 45)
        return result
    }

    /// A number from 0 up to but not including 1.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller 1958).
    public mutating func normal() -> Float {
        let u = (Double(next() >> 11) + 0.5) * 0x1p-53
        let v = Double(next() >> 11) * 0x1p-53
        return Float((-2 * Foundation.log(u)).squareRoot() * Foundation.cos(2 * .pi * v))
    }
}

extension Tensor {
    /// Normally distributed numbers.
    public init(normal shape: Shape, mean: Float = 0, deviation: Float = 1, seed: Int) {
        var generator = SeededGenerator(seed: seed)
        self.init(normal: shape, mean: mean, deviation: deviation, using: &generator)
    }

    /// Normally distributed numbers from a generator that goes on.
    public init(normal shape: Shape, mean: Float = 0, deviation: Float = 1, using generator: inout SeededGenerator) {
        self.init(shape) { _ in mean + deviation * generator.normal() }
    }

    /// Evenly distributed numbers of a range.
    public init(uniform shape: Shape, in range: Range<Float> = 0..<1, seed: Int) {
        var generator = SeededGenerator(seed: seed)
        let width = range.upperBound - range.lowerBound
        self.init(shape) { _ in range.lowerBound + width * generator.uniform() }
    }

    /// Ones with the given probability, zeros else.
    public init(bernoulli shape: Shape, probability: Float, seed: Int) {
        var generator = SeededGenerator(seed: seed)
        self.init(shape) { _ in generator.uniform() < probability ? 1 : 0 }
    }
}
