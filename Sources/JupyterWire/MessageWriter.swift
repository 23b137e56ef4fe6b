import FoundationEssentials

/// Puts a kernel's messages into frames and signs them.
package struct MessageWriter: Sendable {
    /// Names this kernel process in the header of everything that it sends.
    package let session: String
    private let username: String
    private let signer: Signer

    package init(signer: Signer, session: String = UUID().uuidString.lowercased(), username: String = "kernel") {
        self.signer = signer
        self.session = session
        self.username = username
    }

    /// The header of a new message.
    package func header(_ type: String) -> Header { Header(type: type, session: session, username: username) }

    /// The frames of a message.
    ///
    /// - Parameters:
    ///   - route: the client's identities, or the topic of a publication.
    ///   - parent: the request that the message belongs to.
    ///   - content: a JSON object.
    package func frames(
        _ type: String, content: Data, parent: Message?, metadata: some Encodable = NoFields(), route: [Data],
        buffers: [Data] = []
    ) -> [Data] {
        frames(
            header(type), content: content, parent: parent, metadata: metadata, route: route, buffers: buffers)
    }

    /// The frames of a message whose header is known.
    package func frames(
        _ header: Header, content: Data, parent: Message?, metadata: some Encodable = NoFields(), route: [Data],
        buffers: [Data] = []
    ) -> [Data] {
        let signed = [Self.encode(header), parent?.rawHeader ?? Data("{}".utf8), Self.encode(metadata), content]
        return route + [Message.delimiter, signer.signature(of: signed)] + signed + buffers
    }

    /// A value as JSON: its `someField` is the protocol's `some_field`, and what JSON cannot hold, such as an infinite
    /// number, is written as text.
    package static func encode(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        return (try? encoder.encode(value)) ?? Data("{}".utf8)
    }

    /// An empty JSON object.
    package struct NoFields: Encodable, Sendable {
        package init() {}
    }
}
