import Foundation
import Stories
import Testing

@Suite struct TokenFileTests {
    /// A token file of a few stories, and its bytes.
    private func written() throws -> (file: TemporaryFile, path: String, bytes: Data, tokenizer: any Tokenizer) {
        let stories = (0..<20).map { Story("Story \($0) about a cat.") }
        let tokenizer = try BytePairTraining(vocabulary: 300).tokenizer(for: Corpus(stories))
        let file = try TemporaryFile("")
        let path = file.folder + "/a.tokens"
        let writer = try TokenFileWriter(path, vocabularySize: tokenizer.vocabularySize)
        var block = TokenBlock()
        for story in stories { Array(story.text.utf8).withUnsafeBytes { block.append($0, by: tokenizer) } }
        try writer.append(block)
        try writer.finish(vocabularySize: tokenizer.vocabularySize, tokenizerDigest: 1, corpusDigest: 2)
        return (file, path, try Data(contentsOf: URL(fileURLWithPath: path)), tokenizer)
    }

    @Test func whatIsWrittenIsRead() throws {
        let (temporary, path, _, tokenizer) = try written()
        defer { withExtendedLifetime(temporary) {} }
        let file = try TokenFile(path)
        #expect(file.storyCount == 20 && file.header.tokenizerDigest == 1 && file.header.corpusDigest == 2)
        var ids: [Int32] = []
        file.append(7, to: &ids)
        #expect(tokenizer.decode(ids) == "Story 7 about a cat.")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent).count == 2
        )
    }

    @Test func aCutFileIsRefused() throws {
        let (temporary, path, bytes, _) = try written()
        defer { withExtendedLifetime(temporary) {} }
        for length in [0, 10, 63, 64, 100, bytes.count / 2, bytes.count - 1] {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            #expect(throws: CorpusError.self) { try TokenFile(path) }
        }
    }

    @Test func aHeaderThatLiesIsRefused() throws {
        let (temporary, path, bytes, _) = try written()
        defer { withExtendedLifetime(temporary) {} }
        for offset in 0..<64 {
            var changed = bytes
            changed[offset] ^= 0x41
            try changed.write(to: URL(fileURLWithPath: path))
            #expect(throws: CorpusError.self) { try TokenFile(path) }
        }
    }
}
