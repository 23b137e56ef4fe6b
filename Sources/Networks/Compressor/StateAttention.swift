import Tensors

/// Attention to one state: its weight among one is always 1, so queries and keys would change nothing, and what is left
/// is output(value(state)).
public struct StateAttention: Layer {
    /// What the state says.  // [width, width]
    public let value: Linear
    /// And how it is heard.  // [width, width]
    public let output: Linear

    /// A layer whose weights are to be set.
    init(zeros width: Int) {
        value = Linear(zeros: width, width, bias: true)
        output = Linear(zeros: width, width, bias: true)
    }

    public func callAsFunction(_ state: Tensor) -> Tensor { output(value(state)) }
}
