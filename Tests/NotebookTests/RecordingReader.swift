import Notebook
import Synchronization

/// A reader that keeps what is said instead of showing it.
final class RecordingReader: NotebookReader {
    struct Shown { let bundle: MIMEBundle, id: String?, updates: Bool }

    private let state = Mutex((sent: [CommMessage](), shown: [Shown]()))

    /// The messages to the front end so far, oldest first.
    var sent: [CommMessage] { state.withLock { $0.sent } }
    /// The displays so far, oldest first.
    var shown: [Shown] { state.withLock { $0.shown } }

    /// What a closure sends to the front end.
    static func messages(_ body: () throws -> Void) rethrows -> [CommMessage] {
        try recording(body).sent
    }

    /// Everything that a closure says.
    static func recording(_ body: () throws -> Void) rethrows -> RecordingReader {
        let reader = RecordingReader()
        try Reader.$ofTask.withValue(reader) { try body() }
        return reader
    }

    func display(_ bundle: MIMEBundle, id: String?, updates: Bool) {
        state.withLock { $0.shown.append(Shown(bundle: bundle, id: id, updates: updates)) }
    }
    func send(_ message: CommMessage) { state.withLock { $0.sent.append(message) } }
    var request: String { "request-1" }
    func clearOutput(wait: Bool) {}
    func setNextInput(_ text: String) {}
    func readLine(prompt: String, hidden: Bool) throws -> String { "" }
    func stop(_ message: String) -> Never { fatalError(message) }
    func leave() -> Never { fatalError("left") }
}

extension CommMessage {
    /// The JSON that is said.
    var json: JSONValue { JSONValue(text: data) ?? .null }
    /// The state that a widget's message carries.
    var state: [String: JSONValue] { json["state"]?.object ?? [:] }
    /// What a widget's message does.
    var method: String? { json["method"]?.string }

    /// A change of a widget's state in a page.
    static func change(_ widget: some Widget, _ state: JSONValue) -> CommMessage {
        let data: JSONValue = ["method": "update", "state": state, "buffer_paths": []]
        return CommMessage(.message, id: widget.model.id, data: data.text)
    }
}
