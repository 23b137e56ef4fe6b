/// A text that is one id wherever it stands, and is never cut into words.
public struct SpecialToken: Hashable, Sendable {
    /// The text, such as `<|endoftext|>`.
    public let text: String
    /// Its id.
    public let id: Int32
    /// Whether white space before it belongs to it.
    public var takesSpaceBefore = false
    /// Whether white space after it belongs to it.
    public var takesSpaceAfter = false
    /// Whether it is a mark for models, rather than a word that was added to the vocabulary.
    public var isMark = true
    /// Where it is looked for.
    package var isFound = Place.inText

    package enum Place: Hashable, Sendable {
        case inText
        /// After the tokenizer has put its own spaces in.
        case inSpacedText
        /// Nowhere: a text can say its name, but only a program can give its id.
        case nowhere
    }

    /// A special token.
    public init(_ text: String, id: Int32) {
        self.text = text
        self.id = id
    }
}
