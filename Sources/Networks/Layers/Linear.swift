import Notebook
import Tensors

/// y = x W + b along the last axis.
public struct Linear: Layer {
    /// W.  // [inputs, outputs]
    public let weight: Parameter
    /// b, if the layer has one.  // [outputs]
    public let bias: Parameter?

    /// A layer whose weights are normally distributed and whose bias is 0.
    ///
    /// - Parameter deviation: the weights' standard deviation; 1/√inputs if it is left out.
    public init(_ inputs: Int, _ outputs: Int, bias: Bool = true, deviation: Float? = nil, seed: Int? = nil) {
        require(inputs > 0 && outputs > 0, "Linear: \(inputs) inputs, \(outputs) outputs - both must be positive")
        let deviation = deviation ?? 1 / Float(inputs).squareRoot()
        weight = Parameter(Tensor(normal: [inputs, outputs], deviation: deviation, seed: Initialization.seed(seed)))
        self.bias = bias ? Parameter(Tensor(zeros: [outputs])) : nil
    }

    /// A layer of given weights.  // [inputs, outputs], [outputs]
    public init(weight: Tensor, bias: Tensor? = nil) {
        require(
            weight.rank == 2 && (bias == nil || bias?.shape == [weight.shape[-1]]),
            "Linear: weight \(weight.shape), bias \(bias.map { "\($0.shape)" } ?? "none") - they must be [in, out] and [out]"
        )
        self.weight = Parameter(weight)
        self.bias = bias.map(Parameter.init)
    }

    /// How many numbers a row that goes in has.
    public var inputs: Int { weight.shape[0] }
    /// How many numbers a row that comes out has.
    public var outputs: Int { weight.shape[1] }

    public func callAsFunction(_ x: Tensor) -> Tensor { linear(x, weight.value, bias: bias?.value) }

    /// The layer's result added to a residual stream, in one pass.
    public func callAsFunction(_ x: Tensor, addedTo residual: Tensor) -> Tensor {
        linear(x, weight.value, bias: bias?.value, addedTo: residual)
    }
}
