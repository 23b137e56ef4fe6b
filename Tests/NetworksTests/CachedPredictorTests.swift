import Stories
import Tensors
import Testing

import Networks

@Suite struct CachedPredictorTests {
    static func prompt(_ count: Int, seed: Int, vocabulary: Int) -> [Int32] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &generator) }
    }

    /// The greatest difference between the cached logits after reading `parts` and those of the whole model.
    static func difference(_ model: some TransformerModel, texts: [[Int32]], cut: Int) -> Float {
        var cached = CachedPredictor(model.plan)
        var states = texts.map { _ in cached.begin() }
        var logits = Array(cached.read(texts.map { Array($0.prefix(cut)) }, into: &states))
        for step in cut..<(texts.map(\.count).max() ?? 0) {
            logits = Array(cached.read(texts.map { [$0[step]] }, into: &states))
        }
        var greatest: Float = 0
        for (index, text) in texts.enumerated() {
            let whole = withoutGradients { model.logits([text]) }.elements.suffix(model.vocabulary)
            for (a, b) in zip(logits[index * model.vocabulary..<(index + 1) * model.vocabulary], whole) {
                greatest = max(greatest, abs(a - b))
            }
        }
        return greatest
    }

    @Test(arguments: [(32, 2, 4, 100, 40), (48, 3, 6, 77, 100), (64, 2, 1, 50, 64)])
    func cachedLogitsEqualTheWholeModels(hidden: Int, layers: Int, heads: Int, vocabulary: Int, context: Int) {
        let model = GPT(
            hidden: hidden, layers: layers, heads: heads, vocabulary: vocabulary, context: context, seed: 5)
        let texts = (0..<3).map { Self.prompt(context - 1, seed: $0, vocabulary: vocabulary) }
        for cut in [1, 15, 16, 17, 30] {
            #expect(Self.difference(model, texts: texts, cut: cut) < 1e-4)
        }
    }

    @Test func textsOfDifferentLengthsShareAStep() {
        let model = GPT(hidden: 32, layers: 2, heads: 2, vocabulary: 60, context: 128, seed: 3)
        let texts = [1, 70, 16, 33, 9].map { Self.prompt($0, seed: $0, vocabulary: 60) }
        var cached = CachedPredictor(model.plan)
        var states = texts.map { _ in cached.begin() }
        let together = Array(cached.read(texts, into: &states))
        for (index, text) in texts.enumerated() {
            let alone = withoutGradients { model.logits([text]) }.elements.suffix(60)
            for (a, b) in zip(together[index * 60..<index * 60 + 60], alone) { #expect(abs(a - b) < 1e-4) }
        }
    }

    @Test func aCopiedTextGoesItsOwnWay() {
        let model = GPT(hidden: 32, layers: 2, heads: 2, vocabulary: 60, context: 128, seed: 3)
        var cached = CachedPredictor(model.plan)
        let start = Self.prompt(20, seed: 1, vocabulary: 60)
        var first = [cached.begin()]
        _ = cached.read([start], into: &first)
        var second = first
        _ = cached.read([[7]], into: &second)
        let continued = Array(cached.read([[9]], into: &first))
        let whole = withoutGradients { model.logits([start + [9]]) }.elements.suffix(60)
        for (a, b) in zip(continued, whole) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func generationWithAndWithoutACacheIsTheSame() {
        struct Plain: LanguageModel {
            let model: GPT
            var vocabulary: Int { model.vocabulary }
            var context: Int { model.context }
            func logits(_ ids: [[Int32]]) -> Tensor { model.logits(ids) }
            func loss(_ batch: Batch) -> Tensor { model.loss(batch) }
        }
        let model = GPT(hidden: 32, layers: 2, heads: 2, vocabulary: 60, context: 64, seed: 3)
        for (_, parameter) in model.namedParameters { parameter.value = parameter.value * 8 }
        let prompts = [[1, 2, 3], [4], [1, 2, 3], [5, 6]].map { $0.map(Int32.init) }
        for sampling in [Sampling.greedy, .topP(0.9, temperature: 0.7), .topK(5).penalizing(repetition: 1.2)] {
            let cached = model.continuations(of: prompts, length: 30, sampling: sampling, seed: 4)
            let plain = Plain(model: model).continuations(of: prompts, length: 30, sampling: sampling, seed: 4)
            #expect(cached.map(\.tokens) == plain.map(\.tokens))
        }
    }

    @Test func aTextEndsWhereTheContextDoes() {
        let model = GPT(hidden: 32, layers: 1, heads: 2, vocabulary: 60, context: 24, seed: 3)
        let completion = model.continuations(of: [[1, 2, 3, 4]])[0]
        // The last token that fits is read no more, so one token follows a full context.
        #expect(completion.tokens.count == 21)
        #expect(completion.ending == .context)
    }
}
