import Notebook
import Tensors

/// A table with one row for each id.
public struct Embedding: Layer {
    /// The rows.  // [count, width]
    public let weight: Parameter

    /// A table of normally distributed numbers.
    public init(_ count: Int, _ width: Int, deviation: Float = 0.02, seed: Int? = nil) {
        require(count > 0 && width > 0, "Embedding: \(count) rows of \(width) - both must be positive")
        weight = Parameter(Tensor(normal: [count, width], deviation: deviation, seed: Initialization.seed(seed)))
    }

    /// A table of given rows.
    public init(weight: Tensor) { self.weight = Parameter(weight) }

    /// How many rows there are.
    public var count: Int { weight.shape[0] }
    /// How long a row is.
    public var width: Int { weight.shape[1] }

    /// The rows of the given ids.  // [ids, width]
    public func callAsFunction(_ ids: [Int32]) -> Tensor { weight.value.gather(ids) }
}
