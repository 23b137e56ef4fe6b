import Synchronization

/// The lines that are open, and the names under which front ends may open more.
package enum OpenComms {
    struct Acceptor: @unchecked Sendable {
        let body: (Comm, Comm.Message) throws -> Void
    }

    private struct State {
        var comms: [String: Comm] = [:]
        var acceptors: [String: Acceptor] = ["jupyter.widget.control": Acceptor(body: WidgetModel.control)]
    }

    private static let state = Mutex(State())

    /// Handles what a front end sent, on the thread that runs cells, while none runs.
    ///
    /// - Returns: whether somebody took it: for an opening, whether its target is accepted.
    package static func receive(_ message: CommMessage) -> Bool {
        let content = Comm.Message(
            data: JSONValue(text: message.data) ?? [:], metadata: JSONValue(text: message.metadata) ?? [:],
            buffers: message.buffers)
        switch message.kind {
        case .open(let target):
            guard let acceptor = state.withLock({ $0.acceptors[target] }) else { return false }
            let comm = Comm(id: message.id, target: target)
            stopOnError { try acceptor.body(comm, content) }
        case .message:
            guard let comm = state.withLock({ $0.comms[message.id] }) else { return false }
            comm.receive(content)
        case .close:
            guard let comm = state.withLock({ $0.comms.removeValue(forKey: message.id) }) else { return false }
            comm.receiveClose(content)
        }
        return true
    }

    static func accept(_ target: String, _ acceptor: Acceptor) {
        state.withLock { $0.acceptors[target] = acceptor }
    }

    static func add(_ comm: Comm) {
        state.withLock { $0.comms[comm.id] = comm }
    }

    static func contains(_ comm: Comm) -> Bool {
        state.withLock { $0.comms[comm.id] != nil }
    }

    /// Forgets a line; false where it was closed before.
    static func remove(_ comm: Comm) -> Bool {
        state.withLock { $0.comms.removeValue(forKey: comm.id) != nil }
    }
}
