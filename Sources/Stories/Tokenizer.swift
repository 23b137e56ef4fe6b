/// What turns text into token ids and back.
public protocol Tokenizer: Sendable {
    /// How many ids there are.
    var vocabularySize: Int { get }
    /// The id that stands between stories, where the tokenizer has one.
    var endOfText: Int32? { get }
    /// The ids of a text.
    func encode(_ text: String) -> [Int32]
    /// The text of ids. Bytes that are no UTF-8 become U+FFFD.
    func decode(_ ids: [Int32]) -> String
    /// The bytes of one id, of which a character may need several.
    func bytes(of id: Int32) -> [UInt8]
}
