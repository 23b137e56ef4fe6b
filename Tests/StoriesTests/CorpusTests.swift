import Foundation
import Stories
import Testing

@Suite struct CorpusTests {
    @Test func storiesAreWhatStandsBetweenSeparators() throws {
        let file = try TemporaryFile("\n One. \n<|endoftext|>\nTwo.<|endoftext|>\n\n<|endoftext|>\nThree")
        #expect(try Array(Corpus(file.path)).map(\.text) == ["One.", "Two.", "Three"])
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

    @Test func theSameSeedTellsTheSameStories() {
        #expect(Array(Corpus.storyWorld(count: 20, seed: 3)) == Array(Corpus.storyWorld(count: 20, seed: 3)))
        #expect(Array(Corpus.storyWorld(count: 20, seed: 3)) != Array(Corpus.storyWorld(count: 20, seed: 4)))
    }
}

/// A file that is gone when the test is over.
final class TemporaryFile {
    let path: String

    init(_ text: String, named name: String = "file.txt") throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: (path as NSString).deletingLastPathComponent) }
}
