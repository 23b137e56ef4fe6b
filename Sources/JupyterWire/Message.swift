import Notebook
import FoundationEssentials

/// Who a message is from and what it is.
package struct Header: Hashable, Sendable, Codable {
    /// The version of the protocol that this kernel speaks.
    package static let protocolVersion = "5.6"

    package var id: String
    package var session: String
    package var username: String
    package var date: String
    package var type: String
    package var version: String
    /// The subshell that a request is for; nil is the main shell.
    package var subshell: String?

    private enum CodingKeys: String, CodingKey {
        case id = "msg_id"
        case session, username, date, version
        case type = "msg_type"
        case subshell = "subshell_id"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        type = try fields.decode(String.self, forKey: .type)
        session = try fields.decode(String.self, forKey: .session)
        username = try fields.decodeIfPresent(String.self, forKey: .username) ?? ""
        date = try fields.decodeIfPresent(String.self, forKey: .date) ?? ""
        version = try fields.decodeIfPresent(String.self, forKey: .version) ?? ""
        subshell = try fields.decodeIfPresent(String.self, forKey: .subshell)
    }

    /// The header of a new message.
    package init(type: String, session: String, username: String) {
        id = UUID().uuidString.lowercased()
        self.session = session
        self.username = username
        date = Header.now
        self.type = type
        version = Self.protocolVersion
    }

    /// The present time as Jupyter writes it: ISO 8601 in UTC.
    package static var now: String {
        Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

/// A message that came in: its header is read, its other parts are JSON objects still to be read.
package struct Message: Sendable {
    /// The route back to the client.
    package let identities: [Data]
    package let header: Header
    /// The header with the fields that this kernel does not know too: replies carry it on as their parent. It is written
    /// anew, because readers are lenient about what they skip, and what one of them skipped must not reach every client.
    let rawHeader: Data
    package let parent: Data
    package let metadata: Data
    package let content: Data
    package let buffers: [Data]

    /// Reads the content as a type, or says what is wrong with it. The protocol's `some_field` is `someField` here.
    package func decode<Content: Decodable>(_ type: Content.Type = Content.self) throws(UnusableContent) -> Content {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: content)
        } catch {
            throw UnusableContent(messageType: header.type, reason: DecodingError.sentence(for: error))
        }
    }

    /// The identifier of the message that this one answers, where it says so.
    package var parentID: String? {
        JSONValue(text: String(decoding: parent, as: UTF8.self))?["msg_id"]?.string
    }
}

/// A request whose content does not have the fields that its type asks for.
package struct UnusableContent: Error, Hashable, Sendable, CustomStringConvertible {
    package let messageType: String
    package let reason: String
    package var description: String { "\(messageType): \(reason)" }
}

extension Message {
    static let delimiter = Data("<IDS|MSG>".utf8)

    /// Reads the frames of a message and checks its signature and form.
    package init(frames: [Data], signer: Signer) throws(MalformedMessage) {
        guard let delimiter = frames.firstIndex(of: Self.delimiter) else { throw .noDelimiter }
        let parts = frames[(delimiter + 1)...]
        guard parts.count >= 5 else { throw .tooFewFrames(parts.count) }
        let start = parts.startIndex
        let signed = Array(parts[(start + 1)..<(start + 5)])
        guard signer.accepts(parts[start], of: signed) else { throw .wrongSignature }
        for (frame, name) in zip(signed, ["header", "parent header", "metadata", "content"]) {
            guard (try? JSONDecoder().decode(AnyObject.self, from: frame)) != nil else {
                throw .notAnObject(frame: name)
            }
        }
        identities = Array(frames[..<delimiter])
        do {
            header = try JSONDecoder().decode(Header.self, from: signed[0])
        } catch {
            throw .badHeader(DecodingError.sentence(for: error))
        }
        guard let whole = try? JSONDecoder().decode(JSONValue.self, from: signed[0]) else {
            throw .notAnObject(frame: "header")
        }
        rawHeader = MessageWriter.encode(whole)
        parent = signed[1]
        metadata = signed[2]
        content = signed[3]
        buffers = Array(parts[(start + 5)...])
    }

    /// Decodes from any JSON object.
    private struct AnyObject: Decodable {
        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            _ = try decoder.container(keyedBy: Name.self)
        }
    }
}
