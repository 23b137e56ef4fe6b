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
