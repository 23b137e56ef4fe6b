/// One value in several representations, of which a front end shows the richest that it can.
///
/// Text representations are stored as they are, binary ones (PNG, JPEG) in base64, JSON ones as JSON text.
public struct MIMEBundle: Hashable, Sendable, Codable {
    /// The representations, by MIME type: `["text/plain": "...", "image/svg+xml": "<svg..."]`.
    public var data: [String: String]
    /// Metadata by MIME type, each a JSON text, such as the width of a picture.
    public var metadata: [String: String]

    /// A bundle of the given representations.
    public init(_ data: [String: String], metadata: [String: String] = [:]) {
        self.data = data
        self.metadata = metadata
    }

    /// The plain text that stands for the value where nothing richer can be shown.
    public var plainText: String { data["text/plain"] ?? "" }

    /// What went wrong, where something would have been shown.
    package static func error(_ text: String) -> MIMEBundle {
        MIMEBundle(["application/vnd.jupyter.stderr": text, "text/plain": text])
    }
}
