import Foundation
import Synchronization

/// The state of a widget, kept the same here and in every front end (ipywidgets' protocol, version 2.1).
///
/// The controls of this module are made of it, and so may others be: the names of a model and of its view, and of
/// the front end's module that has them, are all it takes.
public final class WidgetModel: Sendable {
    /// A front end's module with models and views.
    public struct Module: Hashable, Sendable {
        /// The name under which the front end finds it.
        public let name: String
        /// The version, or the range of versions, that has the models.
        public let version: String

        /// A module by its name and version.
        public init(_ name: String, version: String) {
            self.name = name
            self.version = version
        }

        /// The controls that ipywidgets 8 brings.
        public static let controls = Module("@jupyter-widgets/controls", version: "2.0.0")
        /// The parts that all widgets of ipywidgets 8 share: styles and layouts.
        public static let base = Module("@jupyter-widgets/base", version: "2.0.0")
        /// The widget that shows outputs.
        public static let output = Module("@jupyter-widgets/output", version: "1.0.0")
    }

    /// How a value that a page gives is taken: as it is, as the nearest one that is allowed, or not at all.
    public typealias Reading = @Sendable (_ given: JSONValue) -> JSONValue?

    private struct Observer: @unchecked Sendable {
        let key: String
        let body: () throws -> Void
    }

    private static let protocolVersion = "2.1.0"
    private static let live = Mutex<[String: WidgetModel]>([:])

    private let comm: Comm
    /// Whether front ends are told what one of them changed.
    private let echoes: Bool
    private let readings: [String: Reading]
    private let state: Mutex<[String: JSONValue]>
    private let observers = Mutex<[Observer]>([])
    private let listeners = Mutex<[Comm.Handler]>([])

    /// Opens a model in every front end.
    ///
    /// - Parameters:
    ///   - model: the model's name, such as `IntSliderModel`.
    ///   - view: the view's name, such as `IntSliderView`.
    ///   - echoes: whether all front ends are told what one of them changed.
    ///   - readings: how values that pages give are taken, by their keys; others are taken as they are.
    ///   - state: the values that differ from the model's defaults.
    public init(
        _ model: String, view: String, in module: Module = .controls, viewsIn viewModule: Module? = nil,
        echoes: Bool = true, readings: [String: Reading] = [:], state: [String: JSONValue]
    ) {
        let viewModule = viewModule ?? module
        let names: [String: JSONValue] = [
            "_model_name": .string(model), "_model_module": .string(module.name),
            "_model_module_version": .string(module.version),
            "_view_name": .string(view), "_view_module": .string(viewModule.name),
            "_view_module_version": .string(viewModule.version),
        ]
        let whole = state.merging(names) { given, _ in given }
        self.state = Mutex(whole)
        self.echoes = echoes
        self.readings = readings
        comm = Comm(
            to: "jupyter.widget", saying: ["state": .object(whole), "buffer_paths": []],
            metadata: ["version": .string(Self.protocolVersion)])
        Self.live.withLock { $0[comm.id] = self }
        comm.onMessage { [weak self] in try self?.receive($0) }
        comm.onClose { [weak self] _ in self?.forget() }
    }

    /// The model's identifier, under which views and other models name it.
    public var id: String { comm.id }

    /// How the state of another model names this one.
    public var reference: JSONValue { "IPY_MODEL_\(id)" }

    /// The widget's name and label, for a front end that shows text only.
    var summary: String {
        let name = self["_model_name"].string ?? ""
        let label = self["description"].string ?? ""
        return (name.hasSuffix("Model") ? String(name.dropLast(5)) : name) + (label.isEmpty ? "" : " \"\(label)\"")
    }

    /// A value of the state, null where none was set.
    public subscript(key: String) -> JSONValue { state.withLock { $0[key] ?? .null } }

    /// Changes values of the state, here and in every front end; those that are the same already are left out.
    public func update(_ changes: [String: JSONValue]) {
        let changed = state.withLock { state in
            let changed = changes.filter { state[$0.key] != $0.value }
            state.merge(changed) { _, new in new }
            return changed
        }
        guard !changed.isEmpty else { return }
        send("update", changed)
        notify(changed.keys)
    }

    /// Calls a closure whenever a value of the state has changed, here or in a front end.
    public func observe(_ key: String, _ body: @escaping () throws -> Void) {
        observers.withLock { $0.append(Observer(key: key, body: body)) }
    }

    /// Calls a closure with what a view sends beside its state, such as a click.
    public func onCustomMessage(_ body: @escaping (Comm.Message) throws -> Void) {
        listeners.withLock { $0.append(Comm.Handler(body: body)) }
    }

    /// Removes the widget from every front end.
    public func close() {
        comm.close()
        forget()
    }

    private func forget() {
        Self.live.withLock { $0[id] = nil }
        observers.withLock { $0 = [] }
        listeners.withLock { $0 = [] }
    }

    private func receive(_ message: Comm.Message) throws {
        switch message.data["method"]?.string {
        case "update":
            let given = (message.data["state"]?.object ?? [:]).mapValues(\.withoutNoise)
            let taken = Dictionary(uniqueKeysWithValues: given.map { ($0, read($1, for: $0)) })
            let changed = state.withLock { state in
                let changed = taken.filter { state[$0.key] != $0.value }
                state.merge(changed) { _, new in new }
                return changed
            }
            // A page waits for the echo of what it said, and only then listens to what became of it.
            if echoes { send("echo_update", given) }
            let corrected = taken.filter { given[$0.key] != $0.value }
            if !corrected.isEmpty { send("update", corrected) }
            notify(changed.keys)
        case "request_state":
            send("update", state.withLock { $0 })
        case "custom":
            let content = Comm.Message(
                data: message.data["content"] ?? .null, metadata: message.metadata, buffers: message.buffers)
            for listener in listeners.withLock({ $0 }) { try listener.body(content) }
        default: break
        }
    }

    /// The value to take for one that a page gives: the present one where what it gives makes no sense.
    private func read(_ given: JSONValue, for key: String) -> JSONValue {
        guard let reading = readings[key] else { return given }
        if let value = reading(given) { return value }
        let text = given.text
        let shown = text.count > 60 ? text.prefix(60) + "..." : text
        FileHandle.standardError.write(
            Data("\(summary): the page gave \(shown) as its \(key), which is ignored.\n".utf8))
        return self[key]
    }

    private func send(_ method: String, _ state: [String: JSONValue]) {
        comm.send(["method": .string(method), "state": .object(state), "buffer_paths": []])
    }

    private func notify(_ keys: some Collection<String>) {
        for observer in observers.withLock({ $0 }) where keys.contains(observer.key) {
            stopOnError(observer.body)
        }
    }

    /// Answers a front end that asks for the state of all widgets at once, such as a page that was loaded again.
    static func control(_ comm: Comm, _ opening: Comm.Message) {
        comm.onMessage { message in
            guard message.data["method"] == "request_states" else { return }
            let states = live.withLock { $0 }.mapValues { model -> JSONValue in
                let state = model.state.withLock { $0 }
                return [
                    "model_name": state["_model_name"] ?? .null, "model_module": state["_model_module"] ?? .null,
                    "model_module_version": state["_model_module_version"] ?? .null, "state": .object(state),
                ]
            }
            comm.send(["method": "update_states", "states": .object(states), "buffer_paths": []])
        }
    }
}
