import Foundation
import Martlet

/// Whole training steps of a GPT on random tokens: forward, loss, backward, clipping, AdamW.
func benchmarkTraining(_ options: Options) {
    let hidden = options.integer("hidden", default: 128)
    let layers = options.integer("layers", default: 8)
    let heads = options.integer("heads", default: 4)
    let vocabulary = options.integer("vocabulary", default: 8192)
    let context = options.integer("context", default: 256)
    let rows = options.integer("batch", default: 8)
    let steps = options.integer("steps", default: 5)
    Threads.count = options.integer("threads", default: Threads.count)

    var model = GPT(hidden: hidden, layers: layers, heads: heads, vocabulary: vocabulary, context: context, seed: 1)
    model.recomputesBlocks = options.integer("recompute", default: 0) == 1
    let adam = AdamW(model, rate: 1e-4)
    var generator = SeededGenerator(seed: 2)
    let ids = (0...rows * context).map { _ in Int32.random(in: 0..<Int32(vocabulary), using: &generator) }
    let batch = Batch(inputs: Array(ids.dropLast()), targets: Array(ids.dropFirst()), rows: rows, length: context)

    var seconds: [Double] = []
    var processor: [Double] = []
    var losses: [Double] = []
    var (allocations, faults) = (0, 0)
    for step in 0..<steps + 3 {
        if step == 3 { (allocations, faults) = (Memory.systemAllocations, pageFaults()) }
        let start = DispatchTime.now().uptimeNanoseconds
        let startOfProcessor = processorSeconds()
        let loss = model.loss(batch)
        loss.backward()
        adam.step()
        losses.append(Double(loss.item))
        guard step >= 3 else { continue }
        seconds.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
        processor.append(processorSeconds() - startOfProcessor)
    }
    (allocations, faults) = (Memory.systemAllocations - allocations, pageFaults() - faults)
    let tokens = Double(rows * context)
    let flops = tokens * (6 * Double(model.parameterCount) + 12 * Double(layers * hidden * context))
    let step = median(seconds)
    report([
        "tokensPerSecond": tokens / step, "secondsPerStep": step,
        "processorSecondsPerStep": median(processor), "gigaflopsByProcessorTime": flops / median(processor) / 1e9,
        "gigaflops": flops / step / 1e9, "peakGigaflops": peakGigaflops(),
        "peakMegabytes": peakResidentBytes() / 1_000_000, "tensorPeakMegabytes": Memory.peak / 1_000_000,
        "allocationsInSteadySteps": allocations, "pageFaultsInSteadySteps": faults, "loss": losses.last ?? 0,
        "firstLoss": losses.first ?? 0, "threads": Threads.count, "instructions": Processor.instructions,
    ])
}

/// What multiply-adds on data in the first cache reach on all threads: the limit of every product.
func peakGigaflops() -> Double {
    let best =
        (0..<7).map { _ in
            let start = wallSeconds()
            let multiplyAdds = multiplyRepeatedly(inner: 256, times: 500)
            return Double(2 * multiplyAdds) / (wallSeconds() - start)
        }.max() ?? 0
    return best / 1e9
}
