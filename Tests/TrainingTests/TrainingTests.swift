import Foundation
import Martlet
import Notebook
import Synchronization
import Testing

@Suite(.serialized) struct TrainingTests {
    private func stories() throws -> (training: TokenizedStories, validation: TokenizedStories) {
        try Corpus.storyWorld(count: 200, seed: 3).tokenized(by: .bytePair(vocabulary: 300)).split(validation: 0.1)
    }

    private func model(seed: Int = 1) -> GPT {
        GPT(hidden: 32, layers: 2, heads: 2, vocabulary: 300, context: 32, seed: seed)
    }

    private struct StopEarly: TrainingPart {
        func afterStep(of training: Training) { if training.loss != nil, training.step == 4 { training.finish() } }
    }

    @Test func aPartMayEndTheTraining() throws {
        let run = try model().train(on: stories().training, for: .steps(60), batch: 2) {
            AdamW(rate: 1e-3)
            StopEarly()
        }
        #expect(run.losses.count == 4 && run.plannedSteps == 4)
        #expect(run.ending == "finished")
    }

    /// The least that an optimizer of one's own is: a rate and an update.
    private final class SGD: Optimizer {
        let rate: Float = 0.5
        private(set) var norms: [Float] = []

        func update(_ parameters: [Parameter]) {
            let total = parameters.compactMap(\.gradient).reduce(Float(0)) { $0 + ($1 * $1).sum().item }
            norms.append(total.squareRoot())
            for p in parameters { if let gradient = p.gradient { p.value = p.value - rate * gradient } }
        }
    }

    @Test func anOptimizerOfOnesOwnGetsClippedGradientsAndLeavesNone() throws {
        let (model, twin, training) = (model(), model(), try stories().training)
        let sgd = SGD()
        let run = try model.train(on: training, for: .steps(3), batch: 2) {
            sgd
            ClipGradients(toNorm: 0.1)
        }
        #expect(run.steps.map(\.rate) == [0.5, 0.5, 0.5])
        #expect(run.steps.allSatisfy { $0.gradientNorm > 0.1 })
        #expect(sgd.norms.count == 3 && sgd.norms.allSatisfy { abs($0 - 0.1) < 1e-4 })
        #expect(model.parameters.allSatisfy { $0.gradient == nil })
        for batch in training.batches(of: 2, context: 32, seed: 0).prefix(3) {
            twin.loss(batch).backward()
            clipGradients(of: twin, toNorm: 0.1)
            for p in twin.parameters { if let gradient = p.gradient { p.value = p.value - 0.5 * gradient } }
            twin.clearGradients()
        }
        #expect(zip(model.parameters, twin.parameters).allSatisfy { $0.value.isClose(to: $1.value) })
        twin.parameters[0].isFrozen = true
        twin.loss(try #require(training.batches(of: 2, context: 32).first)).backward()
        let before = twin.parameters.map(\.value)
        #expect(SGD().step(twin) > 0)
        #expect(twin.parameters[0].value == before[0] && twin.parameters[2].value != before[2])
    }

    /// A model that knows nothing of text and of checkpoints.
    private struct Bigram: LanguageModel {
        let table = Embedding(300, 8, seed: 1)
        let head = Linear(8, 300, seed: 2)
        var vocabulary: Int { 300 }
        var context: Int { 32 }
        func logits(_ ids: [[Int32]]) -> Tensor {
            head(table(ids.flatMap { $0 })).reshaped(to: ids.count, -1, 300)
        }
        func loss(_ batch: Batch) -> Tensor { crossEntropy(logits(batch), targets: batch.targets) }
    }

    @Test func aModelOfOnesOwnIsAskedForStoriesSavedAndResumed() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let training = try stories().training
        let (model, other) = (Bigram(), Bigram())
        #expect(model.tokenizer == nil)
        try model.train(on: training, for: .steps(3), batch: 2) { Checkpoint(to: folder) }
        #expect(model.tokenizer != nil && other.tokenizer == nil)
        #expect(model.stories(after: "One", length: 3)[0].tokens.count == 3)

        let (resumed, whole) = (Bigram(), Bigram())
        try resumed.train(on: training, for: .steps(5), batch: 2, resuming: folder)
        try whole.train(on: training, for: .steps(3), batch: 2)
        #expect(zip(model.parameters, whole.parameters).allSatisfy { $0.value == $1.value })
        #expect(resumed.table.weight.value != model.table.weight.value)

        try other.loadWeights(from: folder)
        #expect(zip(model.parameters, other.parameters).allSatisfy { $0.value == $1.value })
        try model.head.saveWeights(to: folder + "/head.safetensors")
        try Bigram().head.loadWeights(from: folder + "/head.safetensors")
        #expect { try Bigram().table.loadWeights(from: folder + "/head.safetensors") } throws: {
            "\($0)".contains("tensor weight: has shape [8, 300], the model needs [300, 8]")
        }
        #expect { try LayerNorm(300).loadWeights(from: folder + "/head.safetensors") } throws: {
            "\($0)".contains("tensor gain: is missing")
        }
    }

    @Test func trainingLowersTheLossAndRecordsWhatHappened() throws {
        let (training, held) = try stories()
        let model = model()
        let before = model.loss(on: held)
        let run = try model.train(on: training, for: .steps(60), batch: 8) {
            AdamW(.warmupCosine(peak: 3e-3, warmup: 5))
            ClipGradients(toNorm: 1)
            Validate(on: held, every: 25)
        }
        #expect(run.steps.map(\.number) == Array(1...60))
        #expect(run.validations.map(\.step) == [25, 50, 60])
        #expect(run.tokens == 60 * 8 * 32)
        let after = try #require(run.validation)
        #expect(after.loss < before.loss - 1)
        #expect(abs(after.bitsPerByte / before.bitsPerByte - after.loss / before.loss) < 1e-9)
        #expect(run.ending == "finished")
        #expect(run.lossCurve.svg.source.contains("validation"))
        #expect(run.mimeBundle.plainText.contains("step 60 of 60 · finished in"))
        #expect(try JSONDecoder().decode(TrainingRun.self, from: JSONEncoder().encode(run)).steps == run.steps)
    }

    @Test func aModelThatSawAStoryARowBeginsItsTextsAsTheyBegan() throws {
        let (training, _) = try stories()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let model = model()
        try model.train(on: training, for: .steps(2), batch: 2, layout: .oneStory)
        #expect(model.coding.beginning == training.tokenizer.endOfText)
        try model.save(to: folder)
        let again = try GPT(from: .directory(folder))
        #expect(again.coding.beginning == training.tokenizer.endOfText)
        #expect(again.stories(after: "One", length: 9, seed: 4) == model.stories(after: "One", length: 9, seed: 4))
        try model.train(on: training, for: .steps(2), batch: 2)
        #expect(model.coding.beginning == nil)
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        let (training, _) = try stories()
        let runs = try (0..<2).map { _ in
            try model().train(on: training, for: .steps(5), batch: 4, seed: 9) { AdamW(rate: 1e-3) }.steps
        }
        #expect(runs[0] == runs[1])
    }

    @Test func lengthsAreCountedInStepsTokensAndEpochs() throws {
        let (training, _) = try stories()
        #expect(try model().train(on: training, for: .tokens(1000), batch: 4).steps.count == 8)
        let epoch = try model().train(on: training, for: .epochs(0.25), batch: 16).tokens
        #expect(abs(epoch - (training.tokenCount + training.count) / 4) <= 16 * 32)
        let timed = try model().train(on: training, for: .seconds(0.3), batch: 4)
        #expect(timed.steps.count >= 2)
    }

    @Test func aLossThatIsNoNumberStopsWithASentenceAndKeepsTheWeights() throws {
        let (training, _) = try stories()
        let model = model()
        let broken = Objective("breaks") { model, batch, terms in
            terms.likelihood = model.loss(batch)
            return terms.likelihood * (terms.likelihood.item < 5.5 ? .nan : 1)
        }
        let error = #expect(throws: TrainingError.self) {
            try model.train(on: training, for: .steps(500), batch: 4, objective: broken) { AdamW(3e-3) }
        }
        #expect(error?.description.contains("is not a number, and was 5.") == true)
        #expect(model.parameters.allSatisfy { $0.gradient == nil && $0.value.elements.allSatisfy(\.isFinite) })
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let (training, held) = try stories()
        let small = GPT(hidden: 8, layers: 1, heads: 1, vocabulary: 100, context: 32, seed: 1)
        #expect(throws: TrainingError.vocabulary(stories: 300, model: 100)) {
            try small.train(on: training, for: .steps(1))
        }
        #expect(throws: TrainingError.context(asked: 64, model: 32)) {
            try model().train(on: training, for: .steps(1), context: 64)
        }
        let nothing = held.split(validation: 0).validation
        #expect(throws: TrainingError.noStories(to: "learn from")) { try model().train(on: nothing, for: .steps(1)) }
        #expect(throws: TrainingError.noStories(to: "validate on")) {
            try model().train(on: training, for: .steps(1)) { Validate(on: nothing, every: 1) }
        }
    }

    @Test func namedTermsAndPartsOfOnesOwnAreKept() throws {
        final class Counter: TrainingPart {
            var steps: [Int] = []
            func afterStep(of training: Training) { steps.append(training.step) }
        }
        let (training, _) = try stories()
        let counter = Counter()
        let objective = Objective("twice") { model, batch, terms in
            terms.likelihood = model.loss(batch)
            return terms.likelihood * 2
        }
        let run = try model().train(on: training, for: .steps(3), batch: 2, objective: objective) { counter }
        #expect(counter.steps == [1, 2, 3])
        #expect(run.terms["likelihood"]?.count == 3)
        #expect(zip(run.steps, run.terms["likelihood"] ?? []).allSatisfy { abs($0.loss - $1 * 2) < 1e-5 })
    }

    @Test func checkpointsOpenAgainWithTheSameLogitsAndTheRun() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (training, _) = try stories()
        let model = model()
        let run = try model.train(on: training, for: .steps(4), batch: 2) { Checkpoint(to: folder, every: 3) }
        let again = try GPT(from: .directory(folder))
        let ids: [[Int32]] = [[1, 2, 3, 4, 5]]
        #expect(again.logits(ids) == model.logits(ids))
        #expect(again.tokenizer?.encode("Once upon a time") == training.tokenizer.encode("Once upon a time"))
        let record = try JSONDecoder().decode(
            TrainingRun.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/training.json")))
        #expect(record.steps == run.steps)
        #expect(throws: (any Error).self) {
            try model.train(on: training, for: .steps(1)) { Checkpoint(to: "/proc/nowhere") }
        }
    }
}
