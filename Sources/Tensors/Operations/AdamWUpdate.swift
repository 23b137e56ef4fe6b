import Foundation

/// The norm of all elements of some tensors together.
package func norm(of tensors: [Tensor]) -> Float {
    var total = 0.0
    for tensor in tensors { total += squaredSum(tensor) }
    return Float(total.squareRoot())
}

private func squaredSum(_ tensor: Tensor) -> Double {
    let from = tensor.storage.floats
    defer { withExtendedLifetime(tensor.storage) {} }
    return sumOfBlocks(tensor.count) { block in
        var lanes = Vector(repeating: 0)
        let whole = block.lowerBound + (block.count & -16)
        for i in stride(from: block.lowerBound, to: whole, by: 16) {
            let x = load(from + i)
            lanes = lanes.addingProduct(x, x)
        }
        let rest = load(from + whole, count: block.upperBound - whole)
        return Double(horizontalSum(lanes.addingProduct(rest, rest)))
    }
}

/// One step of AdamW on one tensor, in one pass over memory.
package struct AdamWUpdate {
    let rate: Float
    let betas: (Float, Float)
    let epsilon: Float
    let meanCorrection: Float
    let squareCorrection: Float
    let gradientScale: Float

    package init(rate: Float, betas: (Float, Float), epsilon: Float, step: Int, gradientScale: Float) {
        (self.rate, self.betas, self.epsilon, self.gradientScale) = (rate, betas, epsilon, gradientScale)
        meanCorrection = Float(1 / (1 - pow(Double(betas.0), Double(step))))
        squareCorrection = Float(1 / (1 - pow(Double(betas.1), Double(step))))
    }

    package func apply(
        to weights: UnsafeMutablePointer<Float>, gradient: Tensor, moments: inout (mean: Tensor, square: Tensor),
        decay: Float
    ) {
        let count = gradient.count
        moments.mean.makeUnique()
        moments.square.makeUnique()
        let w = UnsafeMutableRawPointer(weights).assumingMemoryBound(to: Vector.self)
        let (g, m, v) = (gradient.storage.vectors, moments.mean.storage.vectors, moments.square.storage.vectors)
        let kept = 1 - rate * decay
        parallelRanges(vectorCount(count), grain: 512) { range in
            for i in range {
                let gradient = g[i] * gradientScale
                let mean = (gradient * (1 - betas.0)).addingProduct(m[i], Vector(repeating: betas.0))
                let square = (gradient * gradient * (1 - betas.1)).addingProduct(v[i], Vector(repeating: betas.1))
                m[i] = mean
                v[i] = square
                let divisor = (square * squareCorrection).squareRoot() + epsilon
                w[i] = w[i] * kept - mean * (rate * meanCorrection) / divisor
            }
        }
    }
}
