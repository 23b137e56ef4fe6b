import Tensors

/// Each row centred, scaled to deviation 1, times a gain plus a bias (Ba et al. 2016).
public struct LayerNorm: Layer {
    /// The factor of each place.  // [width]
    public let gain: Parameter
    /// What is added to each place.  // [width]
    public let bias: Parameter
    /// What keeps the divisor from 0.
    public let epsilon: Float

    /// A layer with gain 1 and bias 0.
    public init(_ width: Int, epsilon: Float = 1e-5) {
        gain = Parameter(Tensor(ones: [width]))
        bias = Parameter(Tensor(zeros: [width]))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ x: Tensor) -> Tensor {
        layerNorm(x, gain: gain.value, bias: bias.value, epsilon: epsilon)
    }
}

/// Each row divided by its root mean square, times a gain (Zhang and Sennrich 2019).
public struct RMSNorm: Layer {
    /// The factor of each place.  // [width]
    public let gain: Parameter
    /// What keeps the divisor from 0.
    public let epsilon: Float

    /// A layer with gain 1.
    public init(_ width: Int, epsilon: Float = 1e-5) {
        gain = Parameter(Tensor(ones: [width]))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ x: Tensor) -> Tensor { rmsNorm(x, gain: gain.value, epsilon: epsilon) }
}
