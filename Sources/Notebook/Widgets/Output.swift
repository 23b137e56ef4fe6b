import Synchronization

/// A place among other widgets that shows what a cell could show: plots, printed text, errors.
///
/// ```swift
/// let plot = Output()
/// let layer = IntSlider("layer", 0...7).onChange { plot.show(HeatMap(patterns[$0])) }
/// VBox { layer; plot }
/// ```
public final class Output: Widget {
    public let model: WidgetModel
    /// The outputs into which what is said now goes, the innermost last.
    private static let capturing = Mutex<[Output]>([])

    /// An empty place.
    public init() {
        model = Output.model([])
    }

    /// A place that shows a value.
    public init(_ value: Any) {
        model = Output.model([Output.shown(value)])
    }

    /// Shows a value in place of what was shown.
    public func show(_ value: Any) {
        model.update(["outputs": .array([Output.shown(value)])])
    }

    /// Shows a value below what was shown.
    public func append(_ value: Any) {
        model.update(["outputs": .array((model["outputs"].array ?? []) + [Output.shown(value)])])
    }

    /// Removes what is shown.
    public func clear() {
        model.update(["outputs": []])
    }

    /// Runs a closure, and shows here what it prints and displays, as it comes.
    public func capture<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = model["msg_id"]
        Output.capturing.withLock { $0.append(self) }
        model.update(["msg_id": .string(Reader.current.request)])
        defer {
            model.update(["msg_id": before])
            Output.capturing.withLock { _ = $0.popLast() }
        }
        return try body()
    }

    /// Lets go of what a closure that was left by a trap had captured. The worker calls it after each cell.
    package static func endCaptures() {
        let left = capturing.withLock { outputs in
            defer { outputs = [] }
            return outputs
        }
        for output in left.reversed() { output.model.update(["msg_id": ""]) }
    }

    private static func model(_ outputs: [JSONValue]) -> WidgetModel {
        // Pages send back every output that they add; to echo those would double what is shown on the wire.
        WidgetModel(
            "OutputModel", view: "OutputView", in: .output, echoes: false,
            state: ["outputs": .array(outputs), "msg_id": ""])
    }

    private static func shown(_ value: Any) -> JSONValue {
        let bundle = MIMEBundle(showing: value)
        return [
            "output_type": "display_data", "data": bundle.json,
            "metadata": .object(bundle.metadata.compactMapValues(JSONValue.init(text:))),
        ]
    }
}

extension MIMEBundle {
    /// The representations as a front end takes them: JSON ones as values, the others as text.
    var json: JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: data.map { type, text in
                    let isJSON = type == "application/json" || type.hasSuffix("+json")
                    return (type, isJSON ? JSONValue(text: text) ?? .string(text) : .string(text))
                }))
    }
}
