import Foundation
import Stories
import Testing

@Suite struct CorpusTests {
    @Test func textsInMemoryAreStories() throws {
        let texts = ["the cat sat", "the dog ran"]
        #expect(Corpus(texts).map(\.text) == texts)
        #expect(Corpus(["a b", "c d"]).map(\.text) == ["a b", "c d"])
        #expect(Corpus(texts.map { Story($0) }).map(\.text) == texts)
    }

    @Test func storiesAreWhatStandsBetweenSeparators() throws {
        let file = try TemporaryFile("\n One. \n<|endoftext|>\nTwo.<|endoftext|>\n\n<|endoftext|>\nThree")
        let corpus = try Corpus(file.path)
        #expect(corpus.map(\.text) == ["One.", "Two.", "Three"])
        #expect(corpus.count == 3)
        #expect(corpus.first?.text == "One.")
    }

    @Test func storiesAreToldWithTheirTokenizerInOneLine() throws {
        let tokens = try Corpus([Story("abc")]).tokenized(by: PlainBytes())
        #expect(tokens.description == "1 stories, 3 tokens of PlainBytes")
        #expect(tokens.batches(of: 2, context: 2).first?.rows == 2)
    }

    private struct PlainBytes: Tokenizer {
        let vocabularySize = 256
        let endOfText: Int32? = 0
        func encode(_ text: String) -> [Int32] { text.utf8.map { Int32($0) } }
        func bytes(of id: Int32) -> [UInt8] { [UInt8(id)] }
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: CorpusError.self) { try Corpus("/no/such/file.txt") }
        #expect(error?.description == "/no/such/file.txt cannot be read: No such file or directory.")
    }

    @Test func splitsShareNoStory() throws {
        let stories = (0..<300).map { Story("Story \($0 % 100) is about a cat.") }
        let tokens = try Corpus(stories).tokenized(by: .bytePair(vocabulary: 300))
        let (training, held) = tokens.split(validation: 0.2, seed: 1)
        #expect(held.count == 60)
        #expect(training.count == 240)
        #expect(Set(held.stories).isDisjoint(with: training.stories))
        #expect(Set(held.stories).count == 20)
    }

    @Test func partsOfALargeFileHoldEachStoryOnce() throws {
        let stories = (0..<5000).map { "Story \($0) " + String(repeating: "and on ", count: $0 % 150) + "ends." }
        let file = try TemporaryFile(stories.joined(separator: "\n<|endoftext|>\n"))
        #expect(try Corpus(file.path).map(\.text) == stories)
    }

    @Test(arguments: [1, 3, 8])
    func aTextLongerThanManyPartsIsReadOnce(megabytes: Int) throws {
        let long = String(repeating: "A word and a line.\n", count: megabytes << 20 / 19)
        let file = try TemporaryFile("First.<|endoftext|>" + long + "<|endoftext|>Last.")
        let found = try Corpus(file.path).map(\.text)
        #expect(found.count == 3 && found.first == "First." && found.last == "Last.")
        #expect(found[1].utf8.count == long.utf8.count - 1)
        let unseparated = try TemporaryFile(long)
        #expect(try Corpus(unseparated.path).map { $0.text.utf8.count } == [long.utf8.count - 1])
    }

    @Test func oddFilesAreReadAsTheyAre() throws {
        func stories(_ text: String) throws -> [String] {
            let file = try TemporaryFile(text)
            return try withExtendedLifetime(file) { try Corpus(file.path).map(\.text) }
        }
        #expect(try stories("") == [])
        #expect(try stories(" \r\n\t<|endoftext|>\n<|endoftext|>") == [])
        #expect(try stories("One.\r\nTwo.\r\n<|endoftext|>\r\nThree.\r\n") == ["One.\r\nTwo.", "Three."])
        #expect(try stories("a\0b<|endoftext|>\0") == ["a\0b", "\0"])
        #expect(try stories("\u{FEFF}One.<|endoftext|>\u{FEFF}Two.") == ["One.", "\u{FEFF}Two."])
        #expect(try stories("One.<|endoftext|><|endoftext") == ["One.", "<|endoftext"])
        for text in ["", "\n\n", "<|endoftext|>"] {
            let file = try TemporaryFile(text)
            let error = #expect(throws: CorpusError.self) {
                try Corpus(file.path).tokenized(by: .bytePair(vocabulary: 300))
            }
            #expect(error == .empty(path: file.path))
        }
    }

    @Test func aListInJSONMayHaveAMarkOfUTF8() throws {
        let file = try TemporaryFile("\u{FEFF}\n [\"One.\", {\"text\": \"Two.\"}]", named: "a.json")
        #expect(try Corpus(file.path).map(\.text) == ["One.", "Two."])
        let lines = try TemporaryFile("\u{FEFF}{\"text\": \"One.\"}\r\n\"Two.\"\r\n", named: "a.jsonl")
        #expect(try Corpus(lines.path).map(\.text) == ["One.", "Two."])
    }

    @Test func linesOfJSONAreStories() throws {
        let lines = [#"{"story": "One."}"#, #"{"text": "Two \u00e9."}"#, "{broken", "", #""Three.""#]
        let file = try TemporaryFile(lines.joined(separator: "\n"), named: "a.jsonl")
        let corpus = try Corpus(file.path)
        #expect(Array(corpus).map(\.text) == ["One.", "Two é.", "Three."])
        let reason = "this is no story: neither a text nor an object with a story, text or content"
        #expect(corpus.problems == [.malformed(path: file.path, line: 3, reason: reason)])
    }

    @Test func aListInJSONIsStories() throws {
        let json = #"[{"story": "A [b] \"c\".", "instruction": {"words": ["x"]}}, "Two, and more.", 3]"#
        let file = try TemporaryFile(json, named: "a.json")
        let corpus = try Corpus(file.path)
        #expect(Array(corpus).map(\.text) == ["A [b] \"c\".", "Two, and more."])
        #expect(corpus.problems.count == 1)
    }

    @Test func aFolderIsAllItsFiles() throws {
        let file = try TemporaryFile("One.", named: "b.txt")
        try Data("Two.<|endoftext|>Three.".utf8).write(to: URL(fileURLWithPath: file.folder + "/c.txt"))
        try Data(#"["Zero."]"#.utf8).write(to: URL(fileURLWithPath: file.folder + "/a.json"))
        #expect(try Array(Corpus(file.folder)).map(\.text) == ["Zero.", "One.", "Two.", "Three."])
    }

    @Test func statisticsCount() throws {
        let statistics = try Corpus(["The cat. The dog!", "Don't go.", "Don't go."] as [Story]).statistics()
        #expect(statistics.stories == 3 && statistics.duplicates == 1)
        #expect(statistics.lengths == [4, 2, 2] && statistics.words == 8)
        #expect(statistics.vocabulary == 5)
    }

    @Test func sentencesKeepWhatIsSaidInThem() {
        let story: Story = "Mrs. Bell ran. \"Look! A cat!\" said Lily. \"Why?\" he asked.\nThen it ended"
        #expect(
            story.sentences == [
                "Mrs. Bell ran.", "\"Look! A cat!\" said Lily.", "\"Why?\" he asked.", "Then it ended",
            ])
    }

    @Test func theSameSeedTellsTheSameStories() {
        #expect(Array(Corpus.storyWorld(count: 20, seed: 3)) == Array(Corpus.storyWorld(count: 20, seed: 3)))
        #expect(Array(Corpus.storyWorld(count: 20, seed: 3)) != Array(Corpus.storyWorld(count: 20, seed: 4)))
    }
}
