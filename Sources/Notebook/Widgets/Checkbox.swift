/// Something that is on or off: `Checkbox("shuffle", value: true)`.
public final class Checkbox: Control {
    public let model: WidgetModel

    /// A box with a label after it.
    public init(_ label: String = "", value: Bool = false) {
        let state: [String: JSONValue] = ["description": .string(label), "value": .bool(value), "indent": false]
        model = WidgetModel(
            "CheckboxModel", view: "CheckboxView", readings: ["value": { $0.when($0.bool != nil) }], state: state)
    }

    public var value: Bool {
        get { model["value"].bool ?? false }
        set { model.update(["value": .bool(newValue)]) }
    }
}
