import Foundation
import Martlet

/// A small training that goes on from where the one before it was killed: `--to FOLDER --steps 60`. Prints the losses and
/// a digest of the weights once it is through.
func resumeTraining(_ options: Options) throws {
    let folder = options.text("to", default: "")
    let stories = try Corpus.storyWorld(count: 40, seed: 8).tokenized(by: .bytePair(vocabulary: 300))
    let model = GPT(hidden: 32, layers: 2, heads: 2, vocabulary: 300, context: 32, seed: 7)
    let run = try model.train(
        on: stories, for: .steps(options.integer("steps", default: 60)), batch: 4, seed: 3, resuming: folder
    ) {
        AdamW(.warmupCosine(peak: 3e-3, warmup: 4))
        Checkpoint(to: folder, every: 2)
    }
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for parameter in model.parameters {
        for weight in parameter.value.elements { digest = (digest ^ UInt64(weight.bitPattern)) &* 0x100_0000_01b3 }
    }
    report(["losses": run.steps.map { Double($0.loss) }, "weights": String(digest, radix: 16)])
}
