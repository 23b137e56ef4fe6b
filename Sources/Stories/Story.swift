/// A story: the text that models read and write.
public struct Story: Hashable, Sendable, Codable {
    /// The words, without white space around them.
    public var text: String

    /// A story of the given text.
    public init(_ text: String) { self.text = text }
}

extension Story: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self.init(text) }
}

extension Story: CustomStringConvertible {
    public var description: String { text }
}
