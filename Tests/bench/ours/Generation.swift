import Foundation
import Martlet

/// Sampling of new tokens by a model of random weights: each text from one token, with keys and values kept.
///
/// `--architecture llama` takes a Llama whose feed-forward layers have `--neurons`.
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
    let isLlama = options.text("architecture", default: "gpt2") == "llama"
    let model: any StorableModel =
        isLlama
        ? Llama(
            hidden: hidden, layers: layers, heads: heads, neurons: options.integer("neurons", default: 768),
            vocabulary: vocabulary, context: context, seed: 1)
        : GPT(hidden: hidden, layers: layers, heads: heads, vocabulary: vocabulary, context: context, seed: 1)
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
    // What one step must read: every weight but the table of positions, of which it takes a row.
    let sizes = model.sizes
    let bytes = 4 * (isLlama ? sizes.total : sizes.total - context * hidden)
    let bandwidth = readingBandwidth()
    let used = rate / Double(texts) * Double(bytes) / 1e9
    report([
        "tokensPerSecond": rate, "gigabytesPerSecond": used, "readingGigabytesPerSecond": bandwidth,
        "shareOfBandwidth": used / bandwidth, "parameters": sizes.total, "threads": Threads.count,
        "instructions": Processor.instructions, "peakMegabytes": peakResidentBytes() / 1_000_000,
    ])
}

/// How fast all cores together read memory that no cache holds, in GB/s: the best of some passes over 512 MB.
private func readingBandwidth() -> Double {
    let vectors = 512 << 14
    nonisolated(unsafe) let memory = UnsafeMutablePointer<SIMD16<Float>>.allocate(capacity: vectors)
    memory.update(repeating: SIMD16(repeating: 1), count: vectors)
    defer { memory.deallocate() }
    nonisolated(unsafe) let sums = UnsafeMutablePointer<SIMD16<Float>>.allocate(capacity: 64)
    defer { sums.deallocate() }
    let parts = min(64, Threads.count)
    var best = 0.0
    for _ in 0..<7 {
        let start = DispatchTime.now().uptimeNanoseconds
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            var (a, b, c, d) = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
            var i = vectors * part / parts
            let end = vectors * (part + 1) / parts
            while i + 4 <= end {
                a += memory[i]
                b += memory[i + 1]
                c += memory[i + 2]
                d += memory[i + 3]
                i += 4
            }
            sums[part] = a + b + c + d
        }
        best = max(best, Double(vectors * 64) / Double(DispatchTime.now().uptimeNanoseconds - start))
    }
    return best
}
