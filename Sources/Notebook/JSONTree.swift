import Foundation

/// A value as JSON, which front ends show as a tree to unfold.
public struct JSONTree: Displayable, Hashable, Sendable {
    /// The JSON text.
    public let source: String

    /// A value from JSON text.
    ///
    /// - Throws: Foundation's error, with the place, where the text is not JSON.
    public init(_ source: String) throws {
        _ = try JSONSerialization.jsonObject(with: Data(source.utf8), options: .fragmentsAllowed)
        self.source = source
    }

    /// A value as its coding writes it, with sorted keys.
    ///
    /// - Throws: the encoder's error where the value has no JSON form, such as a number that is not finite.
    public init(of value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        source = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    public var mimeBundle: MIMEBundle { MIMEBundle(["application/json": source, "text/plain": source]) }
}
