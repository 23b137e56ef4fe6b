import Foundation
import Martlet
import Testing

@Suite struct RetellingTests {
    private let told = Retellings([
        Retelling(beginning: "a b", continuation: " c d e", original: " c d f"),
        Retelling(beginning: "a b", continuation: " c d e", original: " x y z"),
        Retelling(beginning: "q", continuation: " r s t", original: " r s t"),
    ])

    @Test func continuationsAreComparedWithoutTheBeginning() {
        #expect(told.rouge(.n(2)).map(\.fMeasure) == [0.5, 0, 1])
        #expect(told.rouge(.n(2), of: .wholeStories).map(\.fMeasure) == [0.75, 0.25, 1])
        #expect(told.nearest(.n(2)).map(\.fMeasure) == [1, 1, 0])
    }

    @Test func distinctIsTheShareOfDifferentRuns() {
        #expect(abs(told.distinct(1) - 6.0 / 9) < 1e-12)
        #expect(distinctShare(ofRuns: 2, in: ["a b a b", ""]) == 2.0 / 3)
        #expect(distinctShare(ofRuns: 5, in: [String]()) == 0)
    }

    @Test func aModelIsGivenTheAskedShareOfTheWords() throws {
        let stories = Corpus.storyWorld(count: 60, seed: 5)
        let model = GPT(hidden: 16, layers: 1, heads: 1, vocabulary: 300, context: 64, seed: 1)
        model.tokenizer = try stories.tokenized(by: .bytePair(vocabulary: 300)).tokenizer
        let texts = [Story("One two three four five."), Story(""), Story("word")] + stories.prefix(2)
        let told = model.completions(of: texts, keeping: 0.4, length: 5)
        #expect(told.count == texts.count)
        #expect(told[0].beginning == "One two" && told[0].original == " three four five.")
        #expect(told[2].beginning == "word" && told[2].original == "")
        for (telling, story) in zip(told, texts) { #expect(telling.beginning + telling.original == story.text) }
        #expect(told.mimeBundle.plainText.hasPrefix("One two |"))
    }

    @Test func lossOnStoriesIsTheLossOfTheirBatchesAndBitsCountTheirBytes() throws {
        let stories = try Corpus.storyWorld(count: 40, seed: 2).tokenized(by: .bytePair(vocabulary: 300))
        let model = GPT(hidden: 16, layers: 1, heads: 1, vocabulary: 300, context: 64, seed: 1)
        let found = model.loss(on: stories)
        #expect(found.tokens == stories.tokenCount + stories.count)
        #expect(abs(found.loss - log(300)) < 0.3)
        let bits = found.loss * Double(found.tokens) / log(2) / Double(stories.byteCount)
        #expect(abs(found.bitsPerByte - bits) < 1e-9)
        #expect(model.loss(on: stories, limit: 100, rows: 1).tokens == 128)
    }
}
