import Stories
import Testing

@Suite struct BytePairTokenizerTests {
    static let stories = (0..<50).map { Story("Once upon a time, Lily had \($0) red balls. \"I like them!\" she said.") }
    let tokenizer: any Tokenizer

    init() throws {
        tokenizer = try BytePairTraining(vocabulary: 320).tokenizer(for: Corpus(Self.stories))
    }

    @Test(arguments: ["", " ", "Lily", "a  b\n\n\tc   ", "日本語 और عربي 🐈‍⬛", "\u{0}\u{1}", "don't we'll 'tis"])
    func decodingGivesTheTextBack(_ text: String) {
        #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }

    @Test func endOfTextIsOneId() throws {
        let end = try #require(tokenizer.endOfText)
        #expect(tokenizer.encode("Lily<|endoftext|>Lily") == tokenizer.encode("Lily") + [end] + tokenizer.encode("Lily"))
    }

    @Test func streamingNeverBreaksACharacter() {
        let text = "a 🐈‍⬛ 日本 é"
        var decoder = StreamingDecoder(tokenizer)
        let parts = tokenizer.encode(text).map { decoder.append($0) }
        #expect(parts.joined() + decoder.finish() == text)
        #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") })
    }

    @Test func longRunsTakeNoLongerThanTheirLength() {
        let text = String(repeating: "a", count: 200_000)
        #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }

    @Test func aVocabularyBelowTheBytesIsRefused() {
        let error = #expect(throws: TokenizerError.self) {
            try BytePairTraining(vocabulary: 100).tokenizer(for: Corpus(Self.stories))
        }
        #expect(error?.description == "A vocabulary of 100 is too small: 256 bytes and the special tokens need 257.")
    }
}
