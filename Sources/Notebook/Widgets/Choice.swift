/// One of several options, in one of several looks: `Dropdown` and `ToggleButtons`.
public final class Choice<Option: Equatable & Sendable, Look: ChoiceLook>: Control {
    public let model: WidgetModel
    /// What can be chosen.
    public let options: [Option]
    public var valueKey: String { "index" }

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
        let widget = Look.widgetName
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
            "\(widget)Model", view: "\(widget)View",
            readings: ["index": { $0.when($0.int.map(options.indices.contains) == true) }],
            state: state.merging(Label.state(label)) { _, new in new })
    }

    public var value: Option {
        get { model["index"].int.flatMap { options.indices.contains($0) ? options[$0] : nil } ?? options[0] }
        set {
            guard let index = options.firstIndex(of: newValue) else {
                stopCell("\(Look.widgetName) \"\(label)\": the value \(newValue) is none of the options")
            }
            model.update(["index": .int(index)])
        }
    }
}

/// A list to unfold, of which one option is chosen: `Dropdown("model", ["GPT", "Compressor"])`.
public typealias Dropdown<Option: Equatable & Sendable> = Choice<Option, DropdownLook>

/// A row of buttons, of which one is down: `ToggleButtons("layer", 0..<8)`.
public typealias ToggleButtons<Option: Equatable & Sendable> = Choice<Option, ToggleButtonsLook>

/// What a choice looks like.
public protocol ChoiceLook: Sendable {
    /// The widget's name in ipywidgets.
    static var widgetName: String { get }
}

/// The look of a `Dropdown`.
public enum DropdownLook: ChoiceLook {
    public static let widgetName = "Dropdown"
}

/// The look of `ToggleButtons`.
public enum ToggleButtonsLook: ChoiceLook {
    public static let widgetName = "ToggleButtons"
}
