import Foundation
import Martlet
import Testing

@Suite(.serialized) struct ResumingTests {
    /// What stops a training at a step, as a person or a broken disk does.
    struct Stop: TrainingPart, Error {
        let step: Int
        func afterStep(of training: Training) throws { if training.step == step { throw self } }
    }

    private let stories: TokenizedStories

    init() throws {
        stories = try Corpus.storyWorld(count: 6, seed: 8).tokenized(by: .bytePair(vocabulary: 300))
    }

    private func model(seed: Int) -> GPT {
        GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 300, context: 32, seed: seed)
    }

    private func folder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("run-\(UUID())").path
    }

    /// Trains with a checkpoint every five steps, and stops after some step.
    private func train(
        _ model: GPT, in folder: String, stoppingAfter stop: Int = 0, resuming: Bool = true, rows: Int = 4
    ) throws -> TrainingRun {
        try model.train(on: stories, for: .steps(90), batch: rows, seed: 3, resuming: resuming ? folder : nil) {
            Checkpoint(to: folder, every: 5)
            AdamW(.warmupCosine(peak: 3e-3, warmup: 4))
            ClipGradients(toNorm: 0.5)
            Stop(step: stop)
        }
    }

    @Test func aResumedTrainingIsBitForBitTheOneThatWasNotStopped() throws {
        let (whole, parted) = (folder(), folder())
        defer { for path in [whole, parted] { try? FileManager.default.removeItem(atPath: path) } }
        let uninterrupted = model(seed: 7)
        let wanted = try train(uninterrupted, in: whole, resuming: false)
        #expect(wanted.tokens > 2 * stories.tokenCount)  // the stories come again in another order
        // The first of these has the same weights; those after it take them from the state.
        for stop in [7, 23, 24, 61] {
            #expect(throws: Stop.self) { try train(model(seed: stop), in: parted, stoppingAfter: stop) }
        }
        let resumed = model(seed: 99)
        let found = try train(resumed, in: parted)
        #expect(found.steps == wanted.steps && found.steps.count == 90 && found.ending == "finished")
        #expect(zip(resumed.parameters, uninterrupted.parameters).allSatisfy { $0.value.elements == $1.value.elements })
        let again = try train(model(seed: 5), in: parted)
        #expect(again.steps == wanted.steps)  // nothing is left to do
    }

    @Test func aTrainingWithoutAStateBegins() throws {
        let path = folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try train(model(seed: 1), in: path).steps.first?.number == 1)
    }

    @Test func anotherTrainingIsNotResumed() throws {
        let path = folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: Stop.self) { try train(model(seed: 1), in: path, stoppingAfter: 6) }
        let error = #expect(throws: TrainingError.self) { try train(model(seed: 1), in: path, rows: 2) }
        #expect(error?.description.contains("its batches had 4 rows, not 2") == true)
        let wide = GPT(hidden: 32, layers: 1, heads: 2, vocabulary: 300, context: 32, seed: 1)
        let before = wide.parameters.map(\.value)
        #expect(throws: CheckpointError.self) { try train(wide, in: path) }
        #expect(zip(wide.parameters, before).allSatisfy { $0.value == $1 })
    }

    @Test func aDamagedStateIsNamedAndChangesNothing() throws {
        let path = folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: Stop.self) { try train(model(seed: 1), in: path, stoppingAfter: 6) }
        let file = URL(fileURLWithPath: path + "/training-state.safetensors")
        let whole = try Data(contentsOf: file)
        try whole.prefix(whole.count - 100).write(to: file)
        let error = #expect(throws: CheckpointError.self) { try train(model(seed: 1), in: path) }
        #expect(error?.file == file.path)
        try whole.write(to: file)
        try FileManager.default.removeItem(atPath: path + "/training.json")
        let missing = #expect(throws: CheckpointError.self) { try train(model(seed: 1), in: path) }
        #expect(missing?.file.hasSuffix("training.json") == true)
    }

    @Test func theContrastiveObjectiveShowsItsTerms() throws {
        let contrastive = Objective("Ln + α / (Lc + 0.01)") { model, batch, terms in
            terms.likelihood = model.loss(batch)
            terms.shuffled = model.loss(batch.prefix(fraction: 0.33).shufflingSentences(seed: 1))
            return terms.likelihood + 5 / (terms.shuffled + 0.01)
        }
        let run = try model(seed: 1).train(on: stories, for: .steps(3), batch: 6, objective: contrastive)
        #expect(run.terms.keys.sorted() == ["likelihood", "shuffled"] && run.terms["shuffled"]?.count == 3)
        for (step, (likelihood, shuffled)) in zip(
            run.steps, zip(run.terms["likelihood"] ?? [], run.terms["shuffled"] ?? []))
        {
            #expect(abs(step.loss - (likelihood + 5 / (shuffled + 0.01))) < 1e-4)
        }
        #expect(run.lossCurve.svg.source.contains("shuffled"))
    }
}
