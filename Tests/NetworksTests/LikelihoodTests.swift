import Networks
import Stories
import Tensors
import Testing

@Suite struct LikelihoodTests {
    /// A model that only knows how to be asked for logits.
    struct Plain: LanguageModel {
        let model: GPT
        var vocabulary: Int { model.vocabulary }
        var context: Int { model.context }
        var coding: TextCoding { model.coding }
        func logits(_ ids: [[Int32]]) -> Tensor { model.logits(ids) }
        func loss(_ batch: Batch) -> Tensor { model.loss(batch) }
    }

    @Test func theLikeliestNextTokensAreTold() throws {
        let model = GPT(hidden: 16, layers: 2, heads: 2, vocabulary: 300, context: 64, seed: 1)
        model.tokenizer = try Corpus.storyWorld(count: 60, seed: 5).tokenized(by: .bytePair(vocabulary: 300)).tokenizer
        let found = model.predictions(after: "One day,", count: 3)
        #expect(found.count == 3)
        #expect(found[0].probability >= found[1].probability && found[2].probability > 0)
        let likelihood = try #require(model.logProbabilities(of: [found[0].token], after: "One day,").first)
        #expect(abs(log(Tensor(found[0].probability)).item - likelihood) < 1e-3)
    }

    @Test func aBatchHasLogitsRowByRow() {
        let model = GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 20, context: 8, seed: 1)
        let batch = Batch(inputs: [1, 2, 3, 4, 5, 6], targets: [2, 3, 4, 5, 6, 7], rows: 2, length: 3)
        #expect(model.logits(batch) == model.logits([[1, 2, 3], [4, 5, 6]]))
    }

    @Test func aContinuationIsAsLikelyAsItsTokensTogether() throws {
        let tokenizer = try Corpus.storyWorld(count: 60, seed: 5).tokenized(by: .bytePair(vocabulary: 300)).tokenizer
        let model = GPT(hidden: 16, layers: 2, heads: 2, vocabulary: 300, context: 64, seed: 1)
        model.tokenizer = tokenizer
        let prompt = "One day, Lily saw a"
        let ways = [" small cat", " dog", "", "n owl in the tree"]
        let found = model.logProbabilities(of: ways, after: prompt)
        let start = tokenizer.encode(prompt)
        for (way, likelihood) in zip(ways, found) {
            let rest = tokenizer.encode(prompt + way).dropFirst(start.count)
            var expected: Float = 0
            for (place, id) in rest.enumerated() {
                let logits = withoutGradients { model.logits([start + rest.prefix(place)]) }.elements.suffix(300)
                expected += log(softmax(Tensor(Array(logits), shape: [300]))).elements[Int(id)]
            }
            #expect(abs(likelihood - expected) < 1e-3, "\(way)")
        }
        let others = Plain(model: model).logProbabilities(of: ways, after: prompt)
        for (a, b) in zip(found, others) { #expect(abs(a - b) < 1e-3) }
    }
}
