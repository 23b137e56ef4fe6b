import FoundationEssentials
import JupyterWire
import Notebook
import Synchronization

/// The comms that are open between the worker and the front ends.
package final class Comms: Sendable {
    private struct Content: Codable {
        var commId: String
        var targetName: String?
        var data: JSONValue?
    }

    /// An open comm.
    private struct Line {
        let target: String
        /// The cell that opened it, under which the front end shows what its handlers say; nil for a front end's own.
        let origin: Exchange?
    }

    private let lines = Mutex<[String: Line]>([:])

    package init() {}

    /// The identifiers of the open comms with their targets' names; only those of one target where it is given.
    func open(for target: String?) -> [String: String] {
        lines.withLock { $0.mapValues(\.target).filter { target == nil || $0.value == target } }
    }

    func isOpen(_ id: String) -> Bool { lines.withLock { $0[id] != nil } }

    /// The cell that opened a comm, where one did.
    func origin(of id: String) -> Exchange? { lines.withLock { $0[id]?.origin } }

    /// Reads a front end's message.
    func message(_ request: Message) throws(UnusableContent) -> CommMessage {
        let content: Content = try request.decode()
        let kind: CommMessage.Kind =
            switch request.header.type {
            case "comm_open": .open(target: content.targetName ?? "")
            case "comm_close": .close
            default: .message
            }
        return CommMessage(
            kind, id: content.commId, data: String(decoding: MessageWriter.encode(content.data ?? [:]), as: UTF8.self),
            metadata: String(decoding: request.metadata, as: UTF8.self), buffers: request.buffers.map { [UInt8]($0) })
    }

    /// Notes what a message does to its comm.
    func note(_ message: CommMessage, from origin: Exchange? = nil) {
        lines.withLock { lines in
            switch message.kind {
            case .open(let target): lines[message.id] = Line(target: target, origin: origin)
            case .close: lines[message.id] = nil
            case .message: break
            }
        }
    }

    /// Sends a message to the front ends.
    ///
    /// - Parameters:
    ///   - exchange: the request because of which it is sent; front ends wait for the echo of theirs.
    ///   - origin: the cell on whose behalf it is sent.
    func publish(_ message: CommMessage, in exchange: Exchange, from origin: Exchange? = nil) {
        note(message, from: origin)
        var content = Content(commId: message.id, data: JSONValue(text: message.data) ?? [:])
        let type: String
        switch message.kind {
        case .open(let target):
            content.targetName = target
            type = "comm_open"
        case .message: type = "comm_msg"
        case .close: type = "comm_close"
        }
        exchange.publish(
            type, content, metadata: JSONValue(text: message.metadata) ?? [:], buffers: message.buffers.map { Data($0) }
        )
    }
}
