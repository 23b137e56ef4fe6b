/// Decodes ids as they come and gives out a character only when all of its bytes are there.
public struct StreamingDecoder: Sendable {
    private let tokenizer: any Tokenizer
    private var waiting: [UInt8] = []

    /// A decoder of a tokenizer's ids.
    public init(_ tokenizer: any Tokenizer) { self.tokenizer = tokenizer }

    /// The characters that an id completes, often those of one word, sometimes none.
    public mutating func append(_ id: Int32) -> String {
        waiting += tokenizer.bytes(of: id)
        let open = openCharacter
        defer { waiting.removeFirst(waiting.count - open) }
        return String(decoding: waiting.dropLast(open), as: UTF8.self)
    }

    /// What is left at the end: U+FFFD if a character was not completed.
    public mutating func finish() -> String {
        defer { waiting = [] }
        return String(decoding: waiting, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that may still be completed.
    private var openCharacter: Int {
        for (length, byte) in waiting.reversed().prefix(3).enumerated() where byte & 0xC0 != 0x80 {
            let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length + 1 < width ? length + 1 : 0
        }
        return 0
    }
}
