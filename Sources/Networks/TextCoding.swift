import Stories

/// How a model's token ids are written as text. A reference, so that copies of a model share it.
public final class TextCoding: @unchecked Sendable {
    /// What turns text into ids and back.
    public var tokenizer: (any Tokenizer)?
    /// Why a checkpoint's tokenizer could not be used, where it has one.
    public internal(set) var tokenizerProblem: String?
    /// The token that every text begins with, for models that expect one.
    public var beginning: Int32?
    /// Tokens that end a text, besides the tokenizer's end of text.
    public var endings: Set<Int32> = []

    /// A coding without a tokenizer.
    public init() {}
}
