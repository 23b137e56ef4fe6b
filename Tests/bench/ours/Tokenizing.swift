import Foundation
import Stories

/// Seconds and megabytes a second of the tokenizer on the stories of a file.
///
/// `--merges FOLDER` names GPT-2's vocab.json and merges.txt, without which a vocabulary is learned first.
func benchmarkTokenizing(_ options: Options) throws {
    let corpus = try Corpus(options.text("stories", default: "stories.txt"))
    let vocabulary = options.integer("vocabulary", default: 4096)
    let texts = corpus.map(\.text)
    let bytes = texts.reduce(0) { $0 + $1.utf8.count }
    let clock = ContinuousClock()
    func seconds(_ work: () throws -> Void) rethrows -> Double {
        let time = try clock.measure(work)
        return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    }

    var learned: (any Tokenizer)?
    let training = try seconds {
        learned = try BytePairTraining(vocabulary: vocabulary).tokenizer(for: corpus)
    }
    let folder = options.text("merges", default: "")
    guard let tokenizer = folder.isEmpty ? learned : try BytePairTokenizer(contentsOf: folder) else { return }
    var ids = 0
    let alone = (0..<5).map { _ in
        seconds { ids = texts.reduce(0) { $0 + tokenizer.encode($1).count } }
    }
    let together = (0..<5).map { _ in
        seconds {
            DispatchQueue.concurrentPerform(iterations: 64) { part in
                for text in texts[texts.count * part / 64..<texts.count * (part + 1) / 64] {
                    _ = tokenizer.encode(text)
                }
            }
        }
    }
    let world = StoryWorld(seed: 1)
    var written = 0
    let telling = seconds { for number in 0..<20_000 { written += world.story(number).text.utf8.count } }
    report([
        "training_seconds": training, "megabytes_per_second": Double(bytes) / 1e6 / median(alone),
        "megabytes_per_second_all_cores": Double(bytes) / 1e6 / median(together), "ids": ids, "bytes": bytes,
        "told_stories_per_second": 20_000 / telling, "told_bytes": written,
    ])
}
