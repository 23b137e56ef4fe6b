import Foundation
import JupyterWire
import Kernel
import Logging
import Notebook
import Synchronization
import Testing

/// A session whose cells are closures: what the text says is looked up in a script.
final class ScriptedSession: CellSession {
    typealias Act = @Sendable (Cell, @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome

    let script: [String: Act]
    let prepared = Mutex<[Cell]>([])
    let interrupts = Mutex(0)
    let received = Mutex<[CommMessage]>([])
    let targets: Set<String>
    /// What the handlers of comm messages say, given the request under which it is shown.
    let reaction: @Sendable (_ request: String) -> [CellOutput]

    init(
        _ script: [String: Act] = [:], targets: Set<String> = [],
        reaction: @escaping @Sendable (_ request: String) -> [CellOutput] = { _ in [] }
    ) {
        self.script = script
        self.targets = targets
        self.reaction = reaction
    }

    func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome {
        await script[cell.text]?(cell, output) ?? .succeeded
    }

    func prepare(_ cell: Cell) { prepared.withLock { $0.append(cell) } }
    func interrupt() { interrupts.withLock { $0 += 1 } }
    func isComplete(_ text: String) -> CellCompleteness {
        text.hasSuffix("{") ? .incomplete(indent: "    ") : .complete
    }
    func shutdown() {}

    func receive(
        _ message: CommMessage, for request: String, lane: String?, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> Bool {
        received.withLock { $0.append(message) }
        for said in reaction(request) { output(said) }
        if case .open(let target) = message.kind { return targets.contains(target) }
        return true
    }
}

/// A kernel without sockets: requests are handed to it and what it sends is kept.
final class Rehearsal: Sendable {
    struct Sent: Sendable {
        let channel: Channels.Channel
        let type: String
        let parent: String?
        let content: JSONValue
        let message: Message
    }

    let kernel: Kernel
    private let signer: Signer
    private let client: MessageWriter
    private let mailbox = Mailbox()

    init(_ session: ScriptedSession = ScriptedSession(), assistant: (any Assistant)? = nil, outputLimit: Int = .max)
        throws
    {
        let signer = try Signer(key: "key")
        self.signer = signer
        client = MessageWriter(signer: signer, session: "client", username: "person")
        var settings = Kernel.Settings(environment: ["MARTLET_HISTORY": "off"], swiftVersion: "6.3")
        settings.outputLimit = outputLimit
        kernel = Kernel(
            outlet: Outlet(writer: MessageWriter(signer: signer)) { [mailbox] frames, channel in
                guard let message = try? Message(frames: frames, signer: signer),
                    let content = JSONValue(text: String(decoding: message.content, as: UTF8.self))
                else {
                    Issue.record("the kernel sent a malformed message")
                    return
                }
                let sent = Sent(
                    channel: channel, type: message.header.type, parent: message.parentID, content: content,
                    message: message)
                mailbox.sent.withLock { $0.append(sent) }
            },
            ports: Connection.Ports(shell: 1, iopub: 2, stdin: 3, control: 4, heartbeat: 5), session: session,
            assistant: assistant, settings: settings,
            log: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), stop: { _ in })
    }

    /// Sends a request and returns its identifier.
    @discardableResult
    func send(
        _ type: String, _ content: JSONValue = [:], on channel: Channels.Channel = .shell, subshell: String? = nil
    ) throws -> String {
        let frames = client.frames(
            type, content: MessageWriter.encode(content), parent: nil, route: [Data("client".utf8)])
        var header = try #require(JSONValue(text: String(decoding: frames[3], as: UTF8.self)))
        if let subshell, case .object(var members) = header {
            members["subshell_id"] = .string(subshell)
            header = .object(members)
        }
        let signed = [MessageWriter.encode(header)] + frames[4...]
        let message = try Message(
            frames: [frames[0], frames[1], signer.signature(of: signed)] + signed, signer: signer)
        kernel.receive(message, on: channel)
        return message.header.id
    }

    /// Sends a request and returns everything that was said because of it, up to its `idle`.
    func exchange(
        _ type: String, _ content: JSONValue = [:], on channel: Channels.Channel = .shell, subshell: String? = nil
    ) async throws -> [Sent] {
        await all(of: try send(type, content, on: channel, subshell: subshell))
    }

    /// Everything that was said because of a request, once it is finished.
    func all(of id: String) async -> [Sent] {
        for _ in 0..<5000 {
            let found = mailbox.sent.withLock { $0.filter { $0.parent == id } }
            if found.last?.content["execution_state"]?.string == "idle" { return found }
            try? await Task.sleep(for: .milliseconds(2))
        }
        Issue.record("the request was never finished")
        return []
    }

    /// Everything that was said so far because of a request.
    func said(under id: String) -> [Sent] { mailbox.sent.withLock { $0.filter { $0.parent == id } } }

    private final class Mailbox: Sendable {
        let sent = Mutex<[Sent]>([])
    }
}

extension [Rehearsal.Sent] {
    var types: [String] { map(\.type) }
    /// The content of the first message of a type.
    func content(_ type: String) -> JSONValue? { first { $0.type == type }?.content }
}
