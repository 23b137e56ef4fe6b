/// A piece of a page among other widgets, which can be replaced in place: `HTMLWidget("<b>ready</b>")`.
///
/// An `HTML` value inside a box becomes one of these.
public final class HTMLWidget: Widget {
    public let model: WidgetModel

    /// A piece of a page from HTML source, with a label before it.
    public init(_ source: String, label: String = "") {
        let state: [String: JSONValue] = ["value": .string(source)]
        model = WidgetModel(
            "HTMLModel", view: "HTMLView", state: state.merging(Label.state(label)) { _, new in new })
    }

    /// The HTML source.
    public var source: String {
        get { model["value"].string ?? "" }
        set { model.update(["value": .string(newValue)]) }
    }
}
