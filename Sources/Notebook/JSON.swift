import Foundation

/// A value as JSON, which front ends show as a tree to unfold.
///
/// ```swift
/// JSON(["loss": 1.5, "steps": [1, 2, 3]])
/// ```
public struct JSON: Displayable, Hashable, Sendable {
    /// The JSON text.
    public let source: String

    /// A value from JSON text. A text that is not JSON stops the cell.
    public init(_ source: String) {
        require(JSONValue(text: source) != nil, "JSON: the text is not JSON: \(source.prefix(60).debugDescription)")
        self.source = source
    }

    /// A value from literals.
    public init(_ value: JSONValue) {
        source = value.text
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
