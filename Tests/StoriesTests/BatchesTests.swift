import Stories
import Testing

@Suite struct BatchesTests {
    let tokens: TokenizedStories

    init() throws {
        let stories = (0..<20).map { Story("The cat had \($0) hats. " + String(repeating: "Meow! ", count: $0)) }
        tokens = try Corpus(stories).tokenized(by: .bytePair(vocabulary: 280))
    }

    @Test func aBatchSaysHowLargeItIs() {
        let batch = Batch(inputs: [1, 2, 3, 4], targets: [2, 3, 4, 5], rows: 2, length: 2)
        #expect(batch.description == "2 rows of 2 tokens\n  1 2\n  3 4")
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

    @Test func aShareOfTheRowsIsTheFirst() {
        let batch = tokens.batches(of: 9, context: 16, seed: 2).first { _ in true }
        #expect(batch?.prefix(fraction: 0.33).inputs == batch.map { Array($0.inputs.prefix(3 * 16)) })
        #expect(batch?.prefix(fraction: 0.01).rows == 1 && batch?.prefix(fraction: 1) == batch)
    }

    @Test func shuffledSentencesAreTheSameOnesInAnotherOrder() throws {
        let stories = (0..<8).map { Story("Tom had \($0) hats. \"Look!\" It was fun? Yes! The end.") }
        let tokens = try Corpus(stories).tokenized(by: .bytePair(vocabulary: 300))
        for layout in [RowLayout.packed, .oneStory] {
            var differing = 0
            for batch in tokens.batches(of: 2, context: layout == .packed ? 60 : 120, seed: 4, layout: layout).prefix(8)
            {
                let shuffled = batch.shufflingSentences(seed: 1)
                #expect(shuffled == batch.shufflingSentences(seed: 1))
                differing += shuffled == batch ? 0 : 1
                for row in 0..<batch.rows {
                    let places = row * batch.length..<(row + 1) * batch.length
                    let (before, after) = (Array(batch.targets[places]), Array(shuffled.targets[places]))
                    let real = before.prefix { $0 != Batch.ignored }.count
                    let (old, new) = (batch.inputs[places].prefix(real), shuffled.inputs[places].prefix(real))
                    #expect((new + [after[real - 1]]).sorted() == (old + [before[real - 1]]).sorted())
                    // Targets still follow inputs, and padding is where it was.
                    #expect(Array(new.dropFirst()) == Array(after.prefix(real - 1)))
                    #expect(after.dropFirst(real).allSatisfy { $0 == Batch.ignored })
                    if layout == .oneStory {
                        let text = tokens.tokenizer.decode(Array(new) + [after[real - 1]])
                        for sentence in [" hats.", "\"Look!\"", "It was fun?", "Yes!", "The end."] {
                            #expect(text.contains(sentence))
                        }
                    }
                }
            }
            #expect(differing > 4)
        }
    }
}
