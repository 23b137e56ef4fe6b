/// Widgets beside each other.
///
/// A box takes everything that a notebook can show: `HBox { slider; plot; HTML("<b>done</b>") }`.
public final class HBox: Widget {
    public let model: WidgetModel

    /// A row of everything that the closure lists; conditions and loops work as everywhere.
    public init(@ListBuilder<any Displayable> _ contents: () -> [any Displayable]) {
        model = WidgetModel("HBoxModel", view: "HBoxView", state: ["children": references(to: contents())])
    }
}

/// Widgets below each other.
///
/// A box takes everything that a notebook can show: `VBox { slider; plot; HTML("<b>done</b>") }`.
public final class VBox: Widget {
    public let model: WidgetModel

    /// A column of everything that the closure lists; conditions and loops work as everywhere.
    public init(@ListBuilder<any Displayable> _ contents: () -> [any Displayable]) {
        model = WidgetModel("VBoxModel", view: "VBoxView", state: ["children": references(to: contents())])
    }
}

/// How a box names what stands in it: widgets as they are, pieces of pages and all other values in widgets of their own.
private func references(to contents: [any Displayable]) -> JSONValue {
    .array(
        contents.map { content in
            let widget: any Widget =
                switch content {
                case let widget as any Widget: widget
                case let html as HTML: HTMLWidget(html.source)
                default: Output(content)
                }
            return widget.model.reference
        })
}
