import Foundation
import Martlet
import Notebook
import Synchronization
import Testing

@Suite struct LiveOutputTests {
    /// Keeps what is shown; everything that runs beside this test is kept as well.
    private final class Recorder: NotebookReader {
        struct Shown { let bundle: MIMEBundle, id: String?, updates: Bool }
        let shown = Mutex<[Shown]>([])

        func display(_ bundle: MIMEBundle, id: String?, updates: Bool) {
            shown.withLock { $0.append(Shown(bundle: bundle, id: id, updates: updates)) }
        }
        func clearOutput(wait: Bool) {}
        func setNextInput(_ text: String) {}
        func readLine(prompt: String, hidden: Bool) throws -> String { "" }
        func stop(_ message: String) -> Never { exit(1) }
        func leave() -> Never { exit(1) }
    }

    private struct LeaveTheCell: TrainingPart {
        func end(_ training: Training) { CellMoment.leaving.announce() }
    }

    /// A cell that is left in the middle of a training ends it without a word; the picture says that it does not go on.
    @Test func thePictureOfATrainingThatWasCutShortSaysSo() throws {
        let stories = try Corpus.storyWorld(count: 20, seed: 3).tokenized(by: .bytePair(vocabulary: 300))
        let model = GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 300, context: 16, seed: 1)
        let recorder = Recorder()
        _ = try Reader.$ofTask.withValue(recorder) {
            try model.train(on: stories, for: .steps(2), batch: 2) { LeaveTheCell() }
        }
        let said = recorder.shown.withLock { $0 }.map(\.bundle.plainText)
        #expect(said.contains { $0.hasPrefix("Training: ") && $0.contains("stopped") })
    }

    /// A cell that ends with its training shows one picture, not the same one twice; the next cell shows it again.
    @Test func thePictureOfATrainingStandsOnceBelowItsCell() throws {
        let stories = try Corpus.storyWorld(count: 20, seed: 3).tokenized(by: .bytePair(vocabulary: 300))
        let model = GPT(hidden: 16, layers: 1, heads: 2, vocabulary: 300, context: 16, seed: 1)
        CellMoment.start.announce()
        let run = try model.train(on: stories, for: .steps(2), batch: 2)
        #expect(run.mimeBundle.data.keys.sorted() == ["text/plain"])
        #expect(run.mimeBundle.plainText.hasPrefix("Training: step 2 of 2"))
        CellMoment.start.announce()
        #expect(run.mimeBundle.data.keys.sorted() == ["image/svg+xml", "text/plain"])
    }

    @Test func aTrainingHasOneOutputThatIsReplacedInPlace() throws {
        let stories = try Corpus.storyWorld(count: 200, seed: 3).tokenized(by: .bytePair(vocabulary: 300))
        let model = GPT(hidden: 32, layers: 2, heads: 2, vocabulary: 300, context: 32, seed: 1)
        let recorder = Recorder()
        _ = try Reader.$ofTask.withValue(recorder) {
            try model.train(on: stories, for: .seconds(2), batch: 3) {
                AdamW(1e-3)
                Validate(on: stories, every: .seconds(1), limit: 500)
            }
        }

        let same = recorder.shown.withLock { $0 }.filter { $0.bundle.plainText.hasPrefix("Training: ") }
        #expect(Set(same.map(\.id)).count == 1)
        #expect(same.first?.updates == false)
        #expect(same.contains { $0.bundle.plainText.contains(" s left · ") })
        #expect(!same.dropFirst().contains { !$0.updates })
        #expect((2...6).contains(same.count))
        let last = try #require(same.last)
        #expect(last.bundle.plainText.contains("finished in"))
        #expect(Set(last.bundle.data.keys) == ["image/svg+xml", "text/plain"])
        #expect(last.bundle.data["image/svg+xml"]?.contains("loss, nats a token") == true)
        // The picture is 640 pixels wide, and a letter of the figures about six.
        let lines = (last.bundle.data["image/svg+xml"] ?? "").matches(of: #/font-size="11"[^>]*>([^<]*)</#).map(\.1)
        #expect(lines.joined(separator: " · ") == last.bundle.plainText.dropFirst("Training: ".count))
        #expect(lines.allSatisfy { $0.count < 105 }, "\(lines)")
    }
}
