/// Something to see and to handle in the page, whose state the cell shares.
///
/// A widget is shown like every other value: as the last expression of a cell, by `display`, or inside an `HBox` or a
/// `VBox`. It lives until it is closed.
public protocol Widget: AnyObject, Displayable, Sendable {
    /// The state that front ends share.
    var model: WidgetModel { get }
}

extension Widget {
    public var mimeBundle: MIMEBundle {
        let view: JSONValue = ["version_major": 2, "version_minor": 0, "model_id": .string(model.id)]
        return MIMEBundle(["application/vnd.jupyter.widget-view+json": view.text, "text/plain": model.summary])
    }

    /// Removes the widget from every page.
    public func close() { model.close() }
}

/// A widget with a text on it or beside it, which may be switched off.
public protocol LabelledWidget: Widget {}

extension LabelledWidget {
    /// The text on the widget or beside it.
    public var label: String {
        get { model["description"].string ?? "" }
        set { model.update(["description": .string(newValue)]) }
    }

    /// Whether the person may use it.
    public var isEnabled: Bool {
        get { model["disabled"].bool != true }
        set { model.update(["disabled": .bool(!newValue)]) }
    }
}

/// The text beside a control.
enum Label {
    /// The width that ipywidgets gives labels, in letters that are sure to fit; longer ones need a style of their own.
    private static let usualLength = 10

    /// One style for all long labels: as wide as the text.
    private static let wide = WidgetModel(
        "DescriptionStyleModel", view: "StyleView", viewsIn: .base, state: ["description_width": "initial"])

    /// The part of a control's state that says its label.
    static func state(_ text: String) -> [String: JSONValue] {
        guard !text.isEmpty else { return [:] }
        let style = text.count > usualLength ? ["style": wide.reference] : [:]
        return style.merging(["description": .string(text)]) { _, new in new }
    }
}
