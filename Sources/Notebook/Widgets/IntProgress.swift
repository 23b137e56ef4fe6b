/// A bar that fills, to stand among other widgets: `IntProgress("step", 0...1000)`.
public final class IntProgress: Widget {
    /// What a bar says by its colour.
    public enum Style: String, Sendable {
        case plain = ""
        case success, info, warning, danger
    }

    public let model: WidgetModel
    /// The values at which the bar is empty and full.
    public let range: ClosedRange<Int>

    /// A bar with a label before it.
    public init(_ label: String = "", _ range: ClosedRange<Int> = 0...100, value: Int? = nil, style: Style = .plain) {
        if let mistake = Int.mistake(in: range, step: nil) { stopCell("IntProgress \"\(label)\": \(mistake)") }
        self.range = range
        let state: [String: JSONValue] = [
            "min": .int(range.lowerBound), "max": .int(range.upperBound),
            "value": .int(min(max(value ?? range.lowerBound, range.lowerBound), range.upperBound)),
            "bar_style": .string(style.rawValue),
        ]
        model = WidgetModel(
            "IntProgressModel", view: "ProgressView", state: state.merging(Label.state(label)) { _, new in new })
    }

    /// How far the bar is filled, kept within its range.
    public var value: Int {
        get { model["value"].int ?? range.lowerBound }
        set { model.update(["value": .int(min(max(newValue, range.lowerBound), range.upperBound))]) }
    }

    /// The bar's colour.
    public var style: Style {
        get { model["bar_style"].string.flatMap(Style.init) ?? .plain }
        set { model.update(["bar_style": .string(newValue.rawValue)]) }
    }
}
