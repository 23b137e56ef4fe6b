/// One of several options: what `Dropdown` and `ToggleButtons` have in common.
public class Choice<Option: Equatable & Sendable>: Control, @unchecked Sendable {
    public let model: WidgetModel
    /// What can be chosen.
    public let options: [Option]
    public var valueKey: String { "index" }

    class var widgetName: String { "Dropdown" }

    /// A choice among options with names: `Dropdown("rate", ["slow": 1e-4, "fast": 1e-3])`.
    ///
    /// - Parameter value: what is chosen at first, the first option if not given.
    public convenience init(_ label: String, _ options: KeyValuePairs<String, Option>, value: Option? = nil) {
        self.init(label: label, names: options.map(\.key), options: options.map(\.value), value: value)
    }

    /// A choice among values, each named by its description: `ToggleButtons("layer", 0..<8)`.
    public convenience init(_ label: String, _ options: some Sequence<Option>, value: Option? = nil) {
        let options = Array(options)
        self.init(label: label, names: options.map { "\($0)" }, options: options, value: value)
    }

    /// A choice among values, its label last.
    public convenience init(_ options: some Sequence<Option>, value: Option? = nil, label: String = "") {
        self.init(label, options, value: value)
    }

    private init(label: String, names: [String], options: [Option], value: Option?) {
        let widget = Self.widgetName
        require(!options.isEmpty, "\(widget) \"\(label)\": there are no options to choose from")
        var index = 0
        if let value {
            guard let chosen = options.firstIndex(of: value) else {
                stopCell("\(widget) \"\(label)\": the value \(value) is none of the options")
            }
            index = chosen
        }
        self.options = options
        let state: [String: JSONValue] = ["_options_labels": .array(names.map(JSONValue.string)), "index": .int(index)]
        model = WidgetModel(
            "\(widget)Model", view: "\(widget)View", state: state.merging(Label.state(label)) { _, new in new })
    }

    public var value: Option {
        get { model["index"].int.flatMap { options.indices.contains($0) ? options[$0] : nil } ?? options[0] }
        set {
            guard let index = options.firstIndex(of: newValue) else {
                stopCell("\(Self.widgetName) \"\(label)\": the value \(newValue) is none of the options")
            }
            model.update(["index": .int(index)])
        }
    }
}

/// A list to unfold, of which one option is chosen: `Dropdown("model", ["GPT", "Compressor"])`.
public final class Dropdown<Option: Equatable & Sendable>: Choice<Option>, @unchecked Sendable {
    override class var widgetName: String { "Dropdown" }
}

/// A row of buttons, of which one is down: `ToggleButtons("layer", 0..<8)`.
public final class ToggleButtons<Option: Equatable & Sendable>: Choice<Option>, @unchecked Sendable {
    override class var widgetName: String { "ToggleButtons" }
}
