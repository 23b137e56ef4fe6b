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
    func turn(_ head: UnsafeMutablePointer<Float>, at position: Int) {
        let half = headWidth / 2
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                for i in 0..<half {
                    let (c, s) = (cosines[position * half + i], sines[position * half + i])
                    let (a, b) = (head[i], head[i + half])
                    head[i] = a * c - b * s
                    head[i + half] = b * c + a * s
                }
            }
        }
    }
}
