import Foundation
import Stories
import Testing

@Suite struct BytePairTokenizerTests {
    static let stories = (0..<50).map {
        Story("Once upon a time, Lily had \($0) red balls. \"I like them!\" she said.")
    }
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
        #expect(
            tokenizer.encode("Lily<|endoftext|>Lily") == tokenizer.encode("Lily") + [end] + tokenizer.encode("Lily"))
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

    struct Golden: Decodable {
        let stories: [String]
        let texts: [String]
        let ids: [[Int32]]

        static func read() throws -> Golden {
            let file = URL(fileURLWithPath: fixture("tokenizer/ids.json"))
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        }
    }

    @Test func idsAreThoseOfHuggingFace() throws {
        let golden = try Golden.read()
        let tokenizer = try BytePairTokenizer(contentsOf: fixture("tokenizer/tokenizer.json"))
        for (text, ids) in zip(golden.texts, golden.ids) {
            #expect(tokenizer.encode(text) == ids)
            #expect(tokenizer.decode(ids) == text)
        }
    }

    @Test func trainingLearnsWhatHuggingFaceLearns() throws {
        let golden = try Golden.read()
        let trained = try BytePairTraining(vocabulary: 400).tokenizer(for: Corpus(golden.stories.map { Story($0) }))
        for (text, ids) in zip(golden.texts, golden.ids) { #expect(trained.encode(text) == ids) }
    }

    @Test func aSavedTokenizerIsTheSame() throws {
        let file = try TemporaryFile("")
        let tokenizer = try BytePairTokenizer(contentsOf: fixture("tokenizer/tokenizer.json"))
        try tokenizer.save(to: file.folder)
        #expect(try BytePairTokenizer(contentsOf: file.folder).digest == tokenizer.digest)
    }

    @Test func invalidUTF8IsReplaced() {
        let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x62, 0xE2, 0x82]
        let ids = bytes.withUnsafeBytes { tokenizer.encode(utf8: $0) }
        #expect(tokenizer.decode(ids) == "a\u{FFFD}\u{FFFD}b\u{FFFD}")
    }

    @Test func filesThatAreNoTokenizersSayWhy() throws {
        func reason(_ text: String) throws -> String {
            let file = try TemporaryFile(text, named: "tokenizer.json")
            let error = #expect(throws: TokenizerError.self) { try BytePairTokenizer(contentsOf: file.path) }
            return (error?.description ?? "").replacing(file.path, with: "FILE")
        }
        #expect(try reason("{}") == "FILE is no tokenizer file that can be read: added_tokens is missing.")
        let wordPiece = #"{"added_tokens": [], "model": {"type": "WordPiece"}}"#
        #expect(try reason(wordPiece) == "FILE asks for a model of type WordPiece, which is not supported here.")
        let oneByte = #"""
            {"added_tokens": [], "pre_tokenizer": {"type": "ByteLevel"}, "model": {"vocab": {"a": 0}, "merges": []}}
            """#
        #expect(try reason(oneByte).hasPrefix("The vocabulary has no id for the byte 0x"))
    }

    @Test(.enabled(if: data("gpt2-tokenizer/vocab.json") != nil, "MARTLET_DATA has no gpt2-tokenizer"))
    func gpt2GivesItsKnownIds() throws {
        let path = try #require(data("gpt2-tokenizer"))
        let tokenizer = try BytePairTokenizer(contentsOf: path)
        #expect(tokenizer.vocabularySize == 50_257 && tokenizer.endOfText == 50_256)
        let ids = tokenizer.encode("Once upon a time, there was a shy cat.")
        #expect(ids == [7454, 2402, 257, 640, 11, 612, 373, 257, 15800, 3797, 13])
    }

    @Test(.enabled(if: data("tinystories/train-subset.txt") != nil, "MARTLET_DATA has no tinystories"))
    func everyStoryDecodesToItself() throws {
        let corpus = try Corpus(#require(data("tinystories/train-subset.txt")))
        let tokenizer = try BytePairTraining(vocabulary: 4096).tokenizer(for: corpus)
        #expect(corpus.allSatisfy { tokenizer.decode(tokenizer.encode($0.text)) == $0.text })
    }

    @Test(.enabled(if: data("stories260K/tok512.bin") != nil, "MARTLET_DATA has no stories260K"))
    func llamaTokenizerReadsItsFile() throws {
        let tokenizer = try LlamaTokenizer(contentsOf: #require(data("stories260K/tok512.bin")))
        #expect(tokenizer.vocabularySize == 512)
        for text in ["Once upon a time, Lily met a shy cat.", "naïve 🐈\n"] {
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
    }
}
