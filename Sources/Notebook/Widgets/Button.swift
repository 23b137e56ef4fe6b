/// Something to press: `Button("Train") { run.resume() }`.
public final class Button: LabelledWidget {
    /// What a button looks like.
    public enum Style: String, Sendable {
        case plain = ""
        case primary, success, info, warning, danger
    }

    public let model: WidgetModel

    /// A button with a label.
    ///
    /// - Parameters:
    ///   - icon: the name of a Font Awesome icon, such as `play`.
    ///   - onClick: what a press does, between cells.
    public init(
        _ label: String, icon: String = "", style: Style = .plain, onClick: @escaping () throws -> Void = {}
    ) {
        let state: [String: JSONValue] = [
            "description": .string(label), "icon": .string(icon), "button_style": .string(style.rawValue),
        ]
        model = WidgetModel("ButtonModel", view: "ButtonView", state: state)
        self.onClick(onClick)
    }

    /// Calls a closure, too, when the button is pressed.
    @discardableResult
    public func onClick(_ body: @escaping () throws -> Void) -> Self {
        model.onCustomMessage { message in
            if message.data["event"] == "click" { try body() }
        }
        return self
    }
}
