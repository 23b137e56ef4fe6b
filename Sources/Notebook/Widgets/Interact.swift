import Synchronization

/// Shows controls, and below them what a closure makes of their values, made again whenever one of them changes.
///
/// ```swift
/// interact(Slider("temperature", 0.1...2.0), Dropdown("layer", 0..<8)) { temperature, layer in
///     Histogram(model.entropies(layer: layer, temperature: temperature))
/// }
/// ```
///
/// What the closure returns replaces what it returned before, in place; the notebook keeps the last picture. What it
/// prints stands between the controls and the picture. An error stands in place of the picture until the next move.
public func interact<each C: Control, Content>(
    _ controls: repeat each C, show body: @escaping (repeat (each C).Value) throws -> Content
) {
    var list: [any Control] = []
    for control in repeat each controls { list.append(control) }
    let values = (repeat reading(each controls))
    Interaction(list) { try body(repeat (each values)()) }.start()
}

/// Reads a control's value when it is called. (Swift 6.3 cannot compile closures that hold a pack of controls.)
private func reading<C: Control>(_ control: C) -> () -> C.Value { { control.value } }

/// Controls and the picture that follows them.
package final class Interaction {
    private let controls: [any Control]
    private let content: () throws -> Any
    private let printed = Output()
    private var picture: DisplayHandle?
    /// The pictures that are made now, the innermost last; nil is one that was never shown.
    private static let making = Mutex<[DisplayHandle?]>([])

    init(_ controls: [any Control], content: @escaping () throws -> Any) {
        self.controls = controls
        self.content = content
    }

    func start() {
        display(
            VBox {
                controls.map { $0 as any Displayable }
                printed
            })
        for control in controls {
            control.model.observe(control.valueKey) { self.update() }
        }
        update()
    }

    /// The display whose picture was made when a closure was left by a trap; nil where there is none.
    package static func takeUnfinished() -> String? {
        making.withLock { making in
            defer { making = [] }
            return making.last??.id
        }
    }

    private func update() {
        printed.clear()
        let shown: Any
        Self.making.withLock { $0.append(picture) }
        do {
            shown = try printed.capture(content)
        } catch {
            shown = MIMEBundle.error("\(type(of: error)): \(error)")
        }
        Self.making.withLock { _ = $0.popLast() }
        if shown is Void { return }
        if let picture { picture.update(shown) } else { picture = display(shown) }
    }
}
