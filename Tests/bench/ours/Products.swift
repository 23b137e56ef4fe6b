import Foundation
import Martlet

/// Products at the shapes of a transformer's layers, in GFLOP/s.
func benchmarkProducts(_ options: Options) {
    Threads.count = options.integer("threads", default: Threads.count)
    let clock = options.text("clock", default: "wall") == "wall" ? wallSeconds : processorSeconds
    let rows = options.integer("rows", default: 2048)
    for hidden in [128, 256, 512] {
        for (name, inner, outer) in [
            ("qkv", hidden, 3 * hidden), ("output", hidden, hidden), ("up", hidden, 4 * hidden),
            ("down", 4 * hidden, hidden),
        ] {
            let x = Tensor(normal: [rows, inner], seed: 1)
            let weight = Tensor(normal: [inner, outer], seed: 2)
            let gradient = Tensor(normal: [rows, outer], seed: 3)
            let flops = 2 * Double(rows * inner * outer)
            report([
                "hidden": hidden, "product": name,
                "forward": flops / seconds(by: clock) { _ = matmul(x, weight) } / 1e9,
                "dX": flops / seconds(by: clock) { _ = matmul(gradient, transposing: weight) } / 1e9,
                "dW": flops / seconds(by: clock) { _ = transposedProduct(x, gradient) } / 1e9,
            ])
        }
    }
}

/// The median time of an operation.
private func seconds(by clock: () -> Double, _ body: () -> Void) -> Double {
    median(
        (0..<30).map { _ in
            let start = clock()
            body()
            return clock() - start
        })
}
