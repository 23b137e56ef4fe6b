import Testing

import Foundation
import Notebook
import Tensors

@Suite struct GradientTests {
    @Test(
        arguments: [([2, 3], [2, 3]), ([2, 3], [3]), ([2, 1], [1, 3]), ([2, 3], []), ([4, 1, 2], [3, 1])]
            as [(Shape, Shape)])
    func arithmeticBroadcasts(shapes: (Shape, Shape)) {
        let inputs = [random(shapes.0), positive(shapes.1, seed: 2)]
        expectGradients(of: inputs) { $0[0] + $0[1] }
        expectGradients(of: inputs) { $0[0] - $0[1] }
        expectGradients(of: inputs) { $0[0] * $0[1] }
        expectGradients(of: inputs) { $0[0] / $0[1] }
        expectGradients(of: inputs) { maximum($0[0], $0[1]) }
        expectGradients(of: inputs) { minimum($0[0], $0[1]) }
    }

    @Test(arguments: [1, 5, 17, 33])
    func functionsOfOneNumber(count: Int) {
        let inputs = [random([count]) + 0.05]
        expectGradients(of: inputs) { exp($0[0]) }
        expectGradients(of: inputs) { tanh($0[0]) }
        expectGradients(of: inputs) { sigmoid($0[0]) }
        expectGradients(of: inputs) { silu($0[0]) }
        expectGradients(of: inputs) { gelu($0[0]) }
        let positives = [positive([count])]
        expectGradients(of: positives) { log($0[0]) }
        expectGradients(of: positives) { sqrt($0[0]) }
        expectGradients(of: positives) { relu($0[0]) }
        expectGradients(of: positives) { abs($0[0]) }
        expectGradients(of: positives) { $0[0].power(1.5) }
        expectGradients(of: positives) { 2 / $0[0] - 3 * $0[0] }
    }

    @Test func matrixProducts() {
        expectGradients(of: [random([3, 4]), random([4, 5], seed: 2)]) { matmul($0[0], $0[1]) }
        expectGradients(of: [random([2, 3, 4]), random([4, 5], seed: 2)]) { matmul($0[0], $0[1]) }
        expectGradients(of: [random([2, 3, 4]), random([2, 4, 2], seed: 2)]) { matmul($0[0], $0[1]) }
        expectGradients(of: [random([2, 1, 3, 4]), random([3, 4, 2], seed: 2)]) { matmul($0[0], $0[1]) }
        expectGradients(of: [random([3, 4]), random([5, 4], seed: 2)]) { matmul($0[0], transposing: $0[1]) }
        expectGradients(of: [random([2, 3, 4]), random([2, 5, 4], seed: 2)]) { matmul($0[0], transposing: $0[1]) }
        expectGradients(of: [random([4]), random([4, 5], seed: 2)]) { matmul($0[0], $0[1]) }
        expectGradients(of: [random([3, 4]), random([4], seed: 2)]) { matmul($0[0], $0[1]) }
        expectGradients(of: [random([2, 3, 4]), random([2, 5, 4], seed: 2)]) { einsum("bqd,bkd->bqk", $0[0], $0[1]) }
        expectGradients(of: [random([3, 3])]) { einsum("ii->i", $0[0]) }
        expectGradients(of: [random([3, 2, 3]), random([2])]) { einsum("iji,j->i", $0[0], $0[1]) }
    }

    @Test func linearLayers() {
        let inputs = [random([3, 4]), random([4, 5], seed: 2), random([5], seed: 3), random([3, 5], seed: 4)]
        expectGradients(of: inputs) { linear($0[0], $0[1], bias: $0[2], addedTo: $0[3]) }
        expectGradients(of: inputs) { linear($0[0], $0[1], bias: $0[2]) * $0[3] }
        expectGradients(of: inputs) { geluLinear($0[0], $0[1], bias: $0[2], addedTo: $0[3]) }
        expectGradients(of: inputs) { geluLinear($0[0], $0[1]) * $0[2] * $0[3] }
    }

    @Test func reductions() {
        let inputs = [random([2, 3, 4])]
        expectGradients(of: inputs) { $0[0].sum() }
        expectGradients(of: inputs) { $0[0].mean() }
        for axis in -3..<3 {
            expectGradients(of: inputs) { $0[0].sum(axis: axis) }
            expectGradients(of: inputs) { $0[0].mean(axis: axis, keepingAxis: true) }
            expectGradients(of: inputs) { $0[0].variance(axis: axis) }
            expectGradients(of: inputs) { $0[0].max(axis: axis) }
            expectGradients(of: inputs) { $0[0].min(axis: axis) }
        }
    }

    @Test(arguments: [1, 7, 16, 35])
    func rows(width: Int) {
        let inputs = [random([3, width])]
        expectGradients(of: inputs) { softmax($0[0]) }
        expectGradients(of: inputs) { logSoftmax($0[0]) }
        expectGradients(of: inputs) { crossEntropy($0[0], targets: [0, -1, Int32(width - 1)]) }
        let normed = inputs + [random([width], seed: 2), random([width], seed: 3)]
        if width > 1 { expectGradients(of: normed) { layerNorm($0[0], gain: $0[1], bias: $0[2], epsilon: 0.1) } }
        expectGradients(of: Array(normed.prefix(2))) { rmsNorm($0[0], gain: $0[1], epsilon: 0.1) }
    }

    @Test func rearrangements() {
        let inputs = [random([2, 3, 4]), random([2, 3, 4], seed: 2)]
        expectGradients(of: inputs) { $0[0].reshaped(to: 4, -1).transposed * $0[1].reshaped(to: 6, 4) }
        expectGradients(of: inputs) { $0[0].transposed(2, 0, 1) * $0[1].transposed(2, 0, 1) }
        expectGradients(of: inputs) { $0[0][1, 1..<3] * $0[1][0, 0..<2] }
        expectGradients(of: inputs) { $0[0][.all, -1] + $0[1][.all, 0] }
        expectGradients(of: inputs) { Tensor.concatenate($0, axis: 1) }
        expectGradients(of: inputs) { Tensor.stack($0) }
        expectGradients(of: inputs) { $0[0].split(sizes: [1, 3], axis: 2)[1] * $0[1][.all, .all, 1...] }
        expectGradients(of: inputs) { $0[0].where($0[1] .> 0, else: $0[0] * 3) + $0[1] }
        expectGradients(of: [random([2, 1]), random([3])]) { $0[0].where([1, 0, 1], else: $0[1]) }
        expectGradients(of: inputs) { inputs in
            var x = inputs[0] * 2
            x[0, 1..<3] = inputs[1][1, 0..<2]
            return x * inputs[1]
        }
        expectGradients(of: [random([5, 3])]) { $0[0].gather([4, 0, 4]) }
        expectGradients(of: [random([3, 3])]) { $0[0].picking([2, 0, 0]) }
        expectGradients(of: [random([3, 3])]) { $0[0].lowerTriangle() }
        expectGradients(of: [random([3, 5])]) { $0[0][(-2)..., stride(from: 4, through: 0, by: -2)] }
        expectGradients(of: [random([3, 5]), random([2])]) {
            var x = $0[0]
            x[.all, stride(from: 0, to: 4, by: 2)] = $0[1]
            return x * $0[0]
        }
    }

    @Test(arguments: [(1, 1, 1, 2), (2, 3, 2, 4), (1, 5, 1, 3), (1, 13, 2, 2)])
    func attention(rows: Int, length: Int, heads: Int, width: Int) {
        expectGradients(of: [random([rows, length, 3 * heads * width])]) { causalAttention($0[0], heads: heads) }
    }

    @Test func languageHead() {
        let inputs = [random([2, 3, 4]), random([7, 4], seed: 2)]
        expectGradients(of: inputs) { headLoss($0[0], $0[1], targets: [0, 6, -1, 3, 3, 1]) }
        expectGradients(of: [random([7, 4]), random([5, 4], seed: 2)]) {
            embeddingSum($0[0], $0[1], ids: [0, 6, 2, 3, 3, 1], rows: 2, length: 3)
        }
    }

    @Test func gradientsAddUpWhereAValueIsUsedTwice() {
        let x = Tensor([1, 2, 3]).tracked()
        ((x * x).sum() + x.sum()).backward()
        #expect(x.gradient == [3, 5, 7])
        x.sum().backward()
        #expect(x.gradient == [4, 6, 8])
    }

    @Test func nothingIsRecordedWithoutGradients() {
        let x = Tensor([1, 2]).tracked()
        #expect(withoutGradients { (x * 2).isTracked } == false)
        #expect((x * 2).isTracked)
        #expect(gradient(at: [1, 2, 3]) { ($0 * $0).sum() } == [2, 4, 6])
    }

    @Test func recomputingChangesNoGradient() {
        let (x, w) = (random([3, 4]).tracked(), random([4, 4], seed: 2).tracked())
        func block(_ x: Tensor) -> Tensor { gelu(matmul(x, w)) + x }
        (block(block(x)) * x).sum().backward()
        let expected = (x.gradient, w.gradient)
        let (y, v) = (x.withoutGradient.tracked(), w.withoutGradient.tracked())
        func again(_ y: Tensor) -> Tensor { recomputing(y) { gelu(matmul($0, v)) + $0 } }
        (again(again(y)) * y).sum().backward()
        for (found, expected) in [(y.gradient, expected.0), (v.gradient, expected.1)] {
            guard let found, let expected else { Issue.record("no gradient"); continue }
            #expect(found.isClose(to: expected))
        }
    }

    @Test func aStoppedCellLeavesNoHalfGradient() async {
        await #expect(processExitsWith: .success) {
            // Leaving a cell is a jump over these frames; here the reader that leaves it checks what it finds.
            struct Leaving: NotebookReader {
                let leaf: Tensor
                func display(_ bundle: MIMEBundle, id: String?, updates: Bool) {}
                func clearOutput(wait: Bool) {}
                func setNextInput(_ text: String) {}
                func readLine(prompt: String, hidden: Bool) throws -> String { "" }
                func stop(_ message: String) -> Never { exit(2) }
                func leave() -> Never {
                    Interruption.request(false)
                    let hadSome = leaf.gradient != nil
                    CellMoment.start.announce()
                    exit(hadSome && leaf.gradient == nil && (leaf * 2).isTracked ? 0 : 3)
                }
            }
            let x = Tensor([1, 2]).tracked()
            Reader.current = Leaving(leaf: x)
            let first = x * 1
            let early = (x * 3).withoutGradient.recorded(from: x, first) { gradient in
                x.accumulate(gradient)
                Interruption.request()
            }
            ((early + 1) * 1).sum().backward()
            exit(4)
        }
    }

    @Test func aGraphOfAHundredThousandOperationsUnwindsWithoutNesting() {
        let x = Tensor(1).tracked()
        var y = x
        for _ in 0..<100_000 { y = y + 1 }
        y.backward()
        #expect(x.gradient?.item == 1)
        var dropped = x
        for _ in 0..<100_000 { dropped = dropped * 1 }
        #expect(dropped.item == 1)
    }

    @Test func operationsOfManyThreadsAreReleasedSideBySide() {
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let x = Tensor([1, 2]).tracked()
            for _ in 0..<20_000 { _ = x * 2 + 1 }
        }
    }

    @Test func whatAStoppedCellRecordedIsNotKept() {
        final class Activation: Sendable {}
        weak var earlier: Activation?
        weak var kept: Activation?
        func record() -> Tensor {
            let activation = Activation()
            kept = activation
            let x = Tensor([1, 2]).tracked()
            return (x * 2).recorded(from: x * 3) { _ in withExtendedLifetime(activation) {} }
        }
        let before = record()
        earlier = kept
        CellMoment.start.announce()
        let y = record()
        CellMoment.leaving.announce()
        #expect(kept == nil)
        #expect(earlier != nil)
        withExtendedLifetime((before, y)) {}
    }
}
