import Foundation
import Tensors

/// Positions as angles: place i and place i + width/2 of a head are turned by position · step i (Su et al. 2021, in the
/// order of Hugging Face's Llama).
struct RotaryPositions {
    let headWidth: Int
    /// [positions, width/2], cosines and sines.
    let cosines: [Float]
    let sines: [Float]

    init(headWidth: Int, positions: Int, angles: RotaryAngles) {
        self.headWidth = headWidth
        let half = headWidth / 2
        let steps = angles.steps(headWidth: headWidth)
        let angles = (0..<positions * half).map { Double($0 / half) * steps[$0 % half] }
        cosines = angles.map { Float(cos($0)) }
        sines = angles.map { Float(sin($0)) }
    }

    /// Turns one head's numbers at a position.
    func turn(_ head: UnsafeMutablePointer<Float>, at position: Int) { turn(head, at: position, into: head) }

    /// One head's numbers, turned at a position.
    @inline(__always)
    func turn(_ head: UnsafePointer<Float>, at position: Int, into result: UnsafeMutablePointer<Float>) {
        eachPair(at: position) { i, j, c, s in
            let (a, b) = (head[i], head[j])
            result[i] = a * c - b * s
            result[j] = b * c + a * s
        }
    }

    /// What was turned at a position turned back, for gradients.
    @inline(__always)
    func turnBack(_ head: UnsafePointer<Float>, at position: Int, addingTo result: UnsafeMutablePointer<Float>) {
        eachPair(at: position) { i, j, c, s in
            let (a, b) = (head[i], head[j])
            result[i] += a * c + b * s
            result[j] += b * c - a * s
        }
    }

    @inline(__always)
    private func eachPair(at position: Int, _ body: (_ i: Int, _ j: Int, _ cosine: Float, _ sine: Float) -> Void) {
        let half = headWidth / 2
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                guard let c = cosines.baseAddress, let s = sines.baseAddress else { return }
                for i in 0..<half { body(i, i &+ half, c[position &* half &+ i], s[position &* half &+ i]) }
            }
        }
    }
}
