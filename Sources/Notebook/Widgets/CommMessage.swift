/// A message between the two ends of a comm, such as a widget's model here and its view in the browser.
public struct CommMessage: Hashable, Sendable, Codable {
    /// What the message does to the comm.
    public enum Kind: Hashable, Sendable, Codable {
        /// Opens it, for what is registered under a target's name.
        case open(target: String)
        case message
        case close
    }

    public var kind: Kind
    /// The comm's identifier, chosen by the end that opened it.
    public var id: String
    /// What is said: a JSON object as text.
    public var data: String
    /// What is said about the message, such as the version of the widgets' protocol: a JSON object as text.
    public var metadata: String
    /// Bytes that travel beside the JSON.
    public var buffers: [[UInt8]]

    public init(_ kind: Kind, id: String, data: String = "{}", metadata: String = "{}", buffers: [[UInt8]] = []) {
        self.kind = kind
        self.id = id
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }
}
