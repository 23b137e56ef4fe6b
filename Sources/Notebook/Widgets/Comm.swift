import Foundation
import Synchronization

/// A line between a cell and a piece of the front end, on which both send JSON.
///
/// ```swift
/// let comm = Comm(to: "my-extension", saying: ["step": 0])     // opens a line to the front end
/// comm.onMessage { print($0.data) }
///
/// Comm.accept("my-target") { comm, opening in                  // or takes lines that the front end opens
///     comm.onMessage { comm.send(["echo": $0.data]) }
/// }
/// ```
///
/// What the front end sends is handled between cells, in the order in which it came.
public final class Comm: Sendable {
    /// What the front end says.
    public struct Message: Sendable {
        /// The JSON that was sent.
        public var data: JSONValue
        /// What was said about it.
        public var metadata: JSONValue = [:]
        /// Bytes that travelled beside the JSON.
        public var buffers: [[UInt8]] = []
    }

    /// A closure of a cell. It runs only between cells, one at a time, wherever it was made.
    struct Handler: @unchecked Sendable {
        let body: (Message) throws -> Void
    }

    private struct Handlers {
        var message: [Handler] = []
        var close: [Handler] = []
    }

    /// The line's identifier, the same at both ends.
    public let id: String
    /// The name of what answers at the end that did not open the line.
    public let target: String
    private let handlers = Mutex(Handlers())

    /// Opens a line to what the front end has registered under a name.
    public init(to target: String, saying data: JSONValue = [:], metadata: JSONValue = [:]) {
        id = UUID().uuidString.lowercased()
        self.target = target
        OpenComms.add(self)
        Reader.current.send(CommMessage(.open(target: target), id: id, data: data.text, metadata: metadata.text))
    }

    /// The end of a line that the front end has opened.
    init(id: String, target: String) {
        self.id = id
        self.target = target
        OpenComms.add(self)
    }

    /// Takes every line that a front end opens under a name, from now on.
    ///
    /// - Parameter handler: is given the line and what was said when it was opened.
    public static func accept(_ target: String, _ handler: @escaping (Comm, Message) throws -> Void) {
        OpenComms.accept(target, OpenComms.Acceptor(body: handler))
    }

    /// Sends to the other end. Nothing is sent once the line is closed.
    public func send(_ data: JSONValue, metadata: JSONValue = [:], buffers: [[UInt8]] = []) {
        guard OpenComms.contains(self) else { return }
        Reader.current.send(
            CommMessage(.message, id: id, data: data.text, metadata: metadata.text, buffers: buffers))
    }

    /// Calls a closure with everything that the other end sends.
    public func onMessage(_ body: @escaping (Message) throws -> Void) {
        handlers.withLock { $0.message.append(Handler(body: body)) }
    }

    /// Calls a closure when the other end closes the line.
    public func onClose(_ body: @escaping (Message) throws -> Void) {
        handlers.withLock { $0.close.append(Handler(body: body)) }
    }

    /// Closes the line at both ends.
    public func close(saying data: JSONValue = [:]) {
        guard OpenComms.remove(self) else { return }
        Reader.current.send(CommMessage(.close, id: id, data: data.text))
    }

    func receive(_ message: Message) { run(handlers.withLock { $0.message }, message) }

    func receiveClose(_ message: Message) { run(handlers.withLock { $0.close }, message) }

    private func run(_ handlers: [Handler], _ message: Message) {
        for handler in handlers {
            stopOnError { try handler.body(message) }
        }
    }
}

/// Runs a cell's closure outside a cell; an error that it throws ends it with one line.
func stopOnError(_ body: () throws -> Void) {
    do { try body() } catch { stopCell("\(type(of: error)): \(error)") }
}
