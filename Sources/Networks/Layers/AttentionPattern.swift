import Foundation
import Tensors

/// How much each token attends to each one up to it, and at most `window` back, itself included.
///
/// softmax(q kᵀ · scale) under the mask.  // [..., length, width] x 2 -> [..., length, length]
func attentionPattern(_ queries: Tensor, _ keys: Tensor, scale: Float, window: Int? = nil) -> Tensor {
    let length = queries.shape[-2]
    let least = window ?? length
    let mask = Tensor(
        (0..<length * length).map { index in
            let distance = index / length - index % length
            return distance >= 0 && distance < least ? 0 : -1e30
        }, shape: [length, length])
    return softmax(matmul(queries * scale, transposing: keys) + mask)
}

/// Queries or keys turned by their positions (Su et al. 2021).  // [rows, heads, length, width]
func rotated(_ x: Tensor, by angles: RotaryAngles) -> Tensor {
    let (length, half) = (x.shape[2], x.shape[3] / 2)
    let positions = RotaryPositions(headWidth: x.shape[3], positions: length, angles: angles)
    let cosines = Tensor(positions.cosines, shape: [length, half])
    let sines = Tensor(positions.sines, shape: [length, half])
    let (first, second) = (x.slice(3, 0..<half), x.slice(3, half..<2 * half))
    return Tensor.concatenate(
        [first * cosines - second * sines, second * cosines + first * sines], axis: 3)
}
