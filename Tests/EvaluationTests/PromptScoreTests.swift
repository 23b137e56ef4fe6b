import Martlet
import Testing

@Suite struct PromptScoreTests {
    /// A model that thinks some tokens likelier than others, whatever it has read.
    private struct Opinion: LanguageModel {
        let likely: Set<Int32>
        let vocabulary: Int
        let context = 64
        let coding = TextCoding()

        func logits(_ ids: [[Int32]]) -> Tensor {
            let row = (0..<Int32(vocabulary)).map { likely.contains($0) ? Float(5) : 0 }
            return Tensor(ids.flatMap { $0.flatMap { _ in row } }, shape: [ids.count, ids[0].count, vocabulary])
        }
        func loss(_ batch: Batch) -> Tensor { logits([Array(batch.inputs)]).mean() }
    }

    private let prompts = [
        StoryPrompt(kind: .context, text: "Lily had a red ball. It was the", right: ["ball"], wrong: ["kite", "doll"]),
        StoryPrompt(
            kind: .context, text: "Tom had a kite. It was the", right: ["kite"], wrong: ["ball", "doll", "cup"]),
    ]

    @Test func aModelThatAlwaysSaysBallIsRightWhereItWasABall() throws {
        let stories = try Corpus.storyWorld(count: 2_000, seed: 5).tokenized(by: .bytePair(vocabulary: 2_000))
        let ball = stories.tokenizer.encode(" ball")
        try #require(ball.count == 1)
        let model = Opinion(likely: Set(ball), vocabulary: stories.tokenizer.vocabularySize)
        model.tokenizer = stories.tokenizer
        let score = model.score(on: prompts)
        #expect(score.count == 2 && score.preferred == 0.5)
        #expect(abs(score.guessing - (1.0 / 3 + 1.0 / 4) / 2) < 1e-12)
        #expect(score.right == 0.5 && score.wrong == 0.5)
        #expect(score.description.hasPrefix("50 % of 2 prompts"))
    }

    @Test func promptsLongerThanTheContextLoseTheirBeginning() throws {
        let stories = try Corpus.storyWorld(count: 100, seed: 5).tokenized(by: .bytePair(vocabulary: 400))
        let model = GPT(hidden: 16, layers: 1, heads: 1, vocabulary: 400, context: 64, seed: 1)
        model.tokenizer = stories.tokenizer
        let score = model.score(on: StoryWorld(seed: 1).prompts(.context, count: 20))
        #expect(score.count == 20 && (0...1).contains(score.preferred))
    }
}
