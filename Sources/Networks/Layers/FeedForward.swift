import Tensors

/// Two linear layers with GELU between them.
public struct FeedForward: Layer {
    /// To the neurons.  // [width, neurons]
    public let up: Linear
    /// And back.  // [neurons, width]
    public let down: Linear

    /// A layer of random weights.
    public init(_ width: Int, neurons: Int, deviation: Float = 0.02, outputDeviation: Float = 0.02, seed: Int? = nil) {
        let seed = Initialization.seed(seed)
        up = Linear(width, neurons, deviation: deviation, seed: seed)
        down = Linear(neurons, width, deviation: outputDeviation, seed: seed + 1)
    }

    /// A layer of given projections.
    public init(up: Linear, down: Linear) { (self.up, self.down) = (up, down) }

    public func callAsFunction(_ x: Tensor) -> Tensor {
        geluLinear(up(x), down.weight.value, bias: down.bias?.value)
    }

    /// The layer's result added to a residual stream, in one pass.
    public func callAsFunction(_ x: Tensor, addedTo residual: Tensor) -> Tensor {
        geluLinear(up(x), down.weight.value, bias: down.bias?.value, addedTo: residual)
    }
}
