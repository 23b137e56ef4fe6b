import Foundation
import Martlet

/// Sampling of new tokens by a GPT or a Llama of random weights: each text from one token, with keys and values kept.
func benchmarkGeneration(_ options: Options) {
    let hidden = options.integer("hidden", default: 256)
    let layers = options.integer("layers", default: 8)
    let heads = options.integer("heads", default: 4)
    let vocabulary = options.integer("vocabulary", default: 8192)
    let context = options.integer("context", default: 256)
    let texts = options.integer("batch", default: 1)
    let length = options.integer("tokens", default: 200)
    let repeats = options.integer("repeats", default: 5)
    Threads.count = options.integer("threads", default: Threads.count)
    let model = GPT(hidden: hidden, layers: layers, heads: heads, vocabulary: vocabulary, context: context, seed: 1)
    let sampling = Sampling.topP(0.95, temperature: 0.8)
    let prompts = (0..<texts).map { [Int32($0 % vocabulary)] }
    var seconds: [Double] = []
    var written = 0
    for seed in 0...repeats {
        let start = DispatchTime.now().uptimeNanoseconds
        let completions = model.continuations(of: prompts, length: length, sampling: sampling, seed: seed)
        if seed > 0 { seconds.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9) }
        written = completions.reduce(0) { $0 + $1.tokens.count }
    }
    let rate = Double(written) / median(seconds)
    // What one step must read: every weight but the tables of which it takes a row.
    let bytes = 4 * (model.parameterCount - context * hidden)
    report([
        "tokensPerSecond": rate, "gigabytesPerSecond": rate / Double(texts) * Double(bytes) / 1e9,
        "parameters": model.parameterCount, "threads": Threads.count, "instructions": Processor.instructions,
        "best": Double(written) / (seconds.min() ?? 1),
    ])
}
