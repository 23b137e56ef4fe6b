/// A widget that holds a value, which the person or the cell may change.
///
/// ```swift
/// let layers = IntSlider("layers", 1...10, value: 3)
/// layers.onChange { print($0) }
/// layers.value = 5
/// ```
public protocol Control<Value>: LabelledWidget {
    associatedtype Value
    /// What is chosen now. Setting it moves the control in every page.
    var value: Value { get set }
    /// The member of the model's state that carries the value.
    var valueKey: String { get }
}

extension Control {
    public var valueKey: String { "value" }

    /// Calls a closure with the new value whenever it has changed, in a page or by the cell.
    ///
    /// Changes in a page are handled between cells. An error that the closure throws is shown below the cell.
    @discardableResult
    public func onChange(_ body: @escaping (Value) throws -> Void) -> Self {
        model.observe(valueKey) { try body(self.value) }
        return self
    }
}
