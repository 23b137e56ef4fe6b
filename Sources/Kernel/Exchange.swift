import FoundationEssentials
import JupyterWire

/// Where a kernel's messages go.
package struct Outlet: Sendable {
    package let writer: MessageWriter
    package let send: @Sendable ([Data], Channels.Channel) -> Void

    package init(writer: MessageWriter, send: @escaping @Sendable ([Data], Channels.Channel) -> Void) {
        self.writer = writer
        self.send = send
    }
}

/// One request with everything that is said about it: its reply and what is published under it.
package struct Exchange: Sendable {
    package let request: Message
    package let channel: Channels.Channel
    let outlet: Outlet

    package init(request: Message, channel: Channels.Channel, outlet: Outlet) {
        self.request = request
        self.channel = channel
        self.outlet = outlet
    }

    /// Answers the request on the channel that it came on.
    func reply(_ content: some Encodable, metadata: some Encodable = MessageWriter.NoFields()) {
        let type = request.header.type
        let name = type.hasSuffix("_request") ? type.dropLast("_request".count) : type[...]
        outlet.send(
            outlet.writer.frames(
                name + "_reply", content: MessageWriter.encode(content), parent: request, metadata: metadata,
                route: request.identities),
            channel)
    }

    /// Tells every client something that happened because of the request.
    func publish(
        _ type: String, _ content: some Encodable, metadata: some Encodable = MessageWriter.NoFields(),
        buffers: [Data] = []
    ) {
        outlet.publish(type, content, parent: request, metadata: metadata, buffers: buffers)
    }

    /// A question to the client that sent the request: its identifier, and what sends it.
    func question(_ prompt: String, hidden: Bool) -> (id: String, send: () -> Void) {
        struct Content: Encodable { let prompt: String, password: Bool }
        let header = outlet.writer.header("input_request")
        let frames = outlet.writer.frames(
            header, content: MessageWriter.encode(Content(prompt: prompt, password: hidden)), parent: request,
            route: request.identities)
        return (header.id, { [outlet] in outlet.send(frames, .stdin) })
    }

    func publish(status: String) { publish("status", ["execution_state": status]) }

    /// Does something between the statuses `busy` and `idle`.
    func whileBusy(_ body: () -> Void) {
        publish(status: "busy")
        body()
        publish(status: "idle")
    }
}

extension Outlet {
    func publish(
        _ type: String, _ content: some Encodable, parent: Message?,
        metadata: some Encodable = MessageWriter.NoFields(), buffers: [Data] = []
    ) {
        send(
            writer.frames(
                type, content: MessageWriter.encode(content), parent: parent, metadata: metadata,
                route: [Data("kernel.\(writer.session).\(type)".utf8)], buffers: buffers),
            .iopub)
    }
}
