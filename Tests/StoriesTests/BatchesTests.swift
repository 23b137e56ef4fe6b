import Stories
import Testing

@Suite struct BatchesTests {
    let tokens: TokenizedStories

    init() throws {
        let stories = (0..<20).map { Story("The cat had \($0) hats. " + String(repeating: "Meow! ", count: $0)) }
        tokens = try Corpus(stories).tokenized(by: .bytePair(vocabulary: 280))
    }

    @Test func targetsFollowInputs() throws {
        for batch in tokens.batches(of: 3, context: 16, seed: 2).prefix(50) {
            #expect(batch.rows == 3 && batch.length == 16)
            let pairs = zip(batch.inputs.dropFirst(), batch.targets)
            #expect(pairs.allSatisfy { $0 == $1 })
        }
    }

    @Test func readingOnceShowsEveryTokenOnce() {
        for layout in [RowLayout.packed, .oneStory] {
            let batches = tokens.batches(of: 4, context: layout == .packed ? 16 : 200, layout: layout)
            let targets = batches.flatMap(\.targets).filter { $0 != Batch.ignored }
            #expect(targets.count == tokens.tokenCount + tokens.count)
        }
    }

    @Test func theSameSeedGivesTheSameBatches() {
        func batches(_ seed: UInt64) -> [Batch] { Array(tokens.batches(of: 2, context: 8, seed: seed).prefix(300)) }
        #expect(batches(5) == batches(5))
        #expect(batches(5) != batches(6))
    }

    @Test func paddingIsIgnored() throws {
        let batch = try #require(tokens.batches(of: 2, context: 300, seed: 1, layout: .oneStory).first { _ in true })
        let padded = zip(batch.inputs, batch.targets).filter { $1 == Batch.ignored }
        #expect(!padded.isEmpty)
        #expect(padded.allSatisfy { $0.0 == tokens.tokenizer.endOfText })
    }
}
