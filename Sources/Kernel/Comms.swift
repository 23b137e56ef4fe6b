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

    private let targets = Mutex<[String: String]>([:])

    package init() {}

    /// The identifiers of the open comms with their targets' names; only those of one target where it is given.
    func open(for target: String?) -> [String: String] {
        targets.withLock { $0.filter { target == nil || $0.value == target } }
    }

    func isOpen(_ id: String) -> Bool { targets.withLock { $0[id] != nil } }

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
    func note(_ message: CommMessage) {
        targets.withLock { targets in
            switch message.kind {
            case .open(let target): targets[message.id] = target
            case .close: targets[message.id] = nil
            case .message: break
            }
        }
    }

    /// Sends a message to the front ends.
    func publish(_ message: CommMessage, in exchange: Exchange) {
        note(message)
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
