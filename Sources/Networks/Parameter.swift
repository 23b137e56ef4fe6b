import Notebook
import Tensors

/// A tensor that training changes, with the gradient that `backward()` leaves for it.
///
/// A parameter is a reference, so a layer that holds it is a plain struct and copies of a model share their weights.
/// One thread at a time trains a model.
public final class Parameter: @unchecked Sendable {
    private var stored: Tensor
    private let leaf = Node()

    /// A parameter with a starting value.
    public init(_ value: Tensor) { stored = value.withoutGradient }

    /// The weights. Operations on them are recorded, unless the parameter is frozen.
    public var value: Tensor {
        get { isFrozen ? stored : Tensor(shape: stored.shape, storage: stored.storage, node: leaf) }
        set {
            require(
                newValue.shape == shape,
                "parameter: a value of \(newValue.shape) for weights of \(shape) - they must match")
            stored = newValue.withoutGradient
        }
    }

    /// What `backward()` summed up here since it was last cleared; nothing before the first time.
    public var gradient: Tensor? {
        get { leaf.gradient }
        set { leaf.gradient = newValue?.withoutGradient }
    }

    /// How the ids of a model are written as text that keeps no coding itself and whose first parameter this is.
    lazy var coding = TextCoding()

    /// Whether training leaves the weights as they are.
    public var isFrozen = false

    /// The sizes of the weights.
    public var shape: Shape { stored.shape }
    /// How many weights there are.
    public var count: Int { stored.count }

    /// Changes the weights in place, where no recorded operation still holds them.
    package func update(_ body: (UnsafeMutablePointer<Float>) -> Void) { stored.withMutableElements(body) }
}

extension Parameter: CustomStringConvertible {
    /// The weights, written as a tensor is.
    public var description: String { "Parameter: \(stored)" }
}
