/// What turns text into token ids and back.
public protocol Tokenizer: TokenizerRecipe {
    /// How many ids there are.
    var vocabularySize: Int { get }
    /// The id that every text begins with for a model, where the tokenizer has one; `encode` leaves it out.
    var beginOfText: Int32? { get }
    /// The id that stands between stories, where the tokenizer has one.
    var endOfText: Int32? { get }
    /// The ids of a text.
    func encode(_ text: String) -> [Int32]
    /// The text of ids. Bytes that are no UTF-8 become U+FFFD.
    func decode(_ ids: [Int32]) -> String
    /// The bytes of one id, of which a character may need several. An id outside of the vocabulary has none.
    func bytes(of id: Int32) -> [UInt8]

    /// The ids of UTF-8 text; bytes that are no UTF-8 count as U+FFFD.
    func encode(utf8 text: UnsafeRawBufferPointer) -> [Int32]
    /// A number that differs between tokenizers that give different ids: token files are known by it.
    var digest: UInt64 { get }
}

extension Tokenizer {
    public var beginOfText: Int32? { nil }

    public func decode(_ ids: [Int32]) -> String {
        String(decoding: ids.flatMap(bytes(of:)), as: UTF8.self)
    }

    public func encode(utf8 text: UnsafeRawBufferPointer) -> [Int32] {
        encode(String(decoding: text, as: UTF8.self))
    }

    public var digest: UInt64 {
        var digest = Digest(of: String(describing: Self.self))
        for id in 0..<Int32(vocabularySize) { digest.combine(bytes(of: id)) }
        return digest.value
    }

    public func tokenizer(for corpus: Corpus) -> any Tokenizer { self }
}

/// A tokenizer that Hugging Face's `tokenizers` knows as well.
public protocol StorableTokenizer: Tokenizer {
    /// Texts that are one id wherever they stand.
    var specialTokens: [SpecialToken] { get }
    /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder, which `tokenizers` and `transformers` open.
    ///
    /// - Throws: `TokenizerError` that says why a file cannot be written.
    func save(to folder: String) throws(TokenizerError)
}

/// What gives a corpus its tokenizer: a ready one, or a way to learn one from the corpus.
public protocol TokenizerRecipe: Sendable {
    /// The tokenizer for a corpus.
    func tokenizer(for corpus: Corpus) throws -> any Tokenizer
}
