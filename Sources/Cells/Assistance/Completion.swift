/// The texts that can take the place of a part of a cell.
public struct Completion: Hashable, Sendable, Codable {
    /// One of the texts.
    public struct Match: Hashable, Sendable, Codable {
        /// What is inserted.
        public var text: String
        /// What it is, in Jupyter's words: `function`, `instance`, `class`, `module`, `keyword`, ...
        public var kind: String
        /// Its type or parameters, such as `(rate: Float) -> Tensor`.
        public var signature: String?

        public init(text: String, kind: String, signature: String? = nil) {
            self.text = text
            self.kind = kind
            self.signature = signature
        }
    }

    public var matches: [Match]
    /// The code points that a match takes the place of.
    public var range: Range<Int>

    public init(matches: [Match], range: Range<Int>) {
        self.matches = matches
        self.range = range
    }
}

/// How much an inspection says.
public enum InspectionDetail: Int, Sendable, Codable {
    /// The documentation, and the parameters inside a call: `name?`.
    case documentation = 0
    /// The declaration as well: `name??`.
    case declaration = 1
}
