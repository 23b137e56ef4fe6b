/// A line to write in: `Text("prompt", value: "Once upon a time")`.
public final class Text: Control {
    public let model: WidgetModel

    /// A line to write in.
    ///
    /// - Parameters:
    ///   - label: the text before it.
    ///   - placeholder: what an empty line shows.
    ///   - continuously: whether every key counts as a change, rather than Return or leaving the line.
    public init(_ label: String = "", value: String = "", placeholder: String = "", continuously: Bool = false) {
        let state: [String: JSONValue] = [
            "value": .string(value), "placeholder": .string(placeholder), "continuous_update": .bool(continuously),
        ]
        model = WidgetModel(
            "TextModel", view: "TextView", readings: ["value": { $0.when($0.string != nil) }],
            state: state.merging(Label.state(label)) { _, new in new })
    }

    public var value: String {
        get { model["value"].string ?? "" }
        set { model.update(["value": .string(newValue)]) }
    }
}
