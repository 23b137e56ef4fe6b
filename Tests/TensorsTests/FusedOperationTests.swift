import Tensors
import Testing

/// Operations that do several things in one pass, beside the same things done one after the other.
@Suite struct FusedOperationTests {
    private func expectTwins(
        _ inputs: [Tensor], fused: ([Tensor]) -> Tensor, composed: ([Tensor]) -> Tensor,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (left, right) = (inputs.map { $0.tracked() }, inputs.map { $0.tracked() })
        let (a, b) = (fused(left), composed(right))
        #expect(a.shape == b.shape, sourceLocation: sourceLocation)
        #expect(Self.distance(a, b) < 1e-5, sourceLocation: sourceLocation)
        let weights = Tensor(uniform: a.shape, in: 0.5..<1.5, seed: 77)
        (a * weights).sum().backward()
        (b * weights).sum().backward()
        for (index, (x, y)) in zip(left, right).enumerated() {
            guard let g = x.gradient, let h = y.gradient else {
                Issue.record("input \(index) has no gradient", sourceLocation: sourceLocation)
                continue
            }
            #expect(Self.distance(g, h) < 1e-4, "input \(index)", sourceLocation: sourceLocation)
        }
    }

    private static func distance(_ a: Tensor, _ b: Tensor) -> Float {
        a.count == 0 ? 0 : abs(a - b).max().item / max(1e-3, abs(b).max().item)
    }

    @Test(arguments: [
        (1, 1, 1, 4), (2, 7, 3, 5), (1, 16, 2, 16), (2, 100, 2, 32), (1, 257, 1, 64), (3, 33, 4, 20), (1, 700, 1, 16),
    ])
    func attention(rows: Int, length: Int, heads: Int, width: Int) {
        expectTwins([random([rows, length, 3 * heads * width])]) {
            causalAttention($0[0], heads: heads)
        } composed: {
            let parts = $0[0].reshaped(to: rows, length, 3, heads, width).transposed(2, 0, 3, 1, 4)
            let found = matmul(causalPattern(parts[0], parts[1]), parts[2])
            return found.transposed(0, 2, 1, 3).reshaped(to: rows, length, heads * width)
        }
    }

    @Test(arguments: [(1, 4, 3), (6, 16, 16), (97, 50, 33), (300, 130, 70)])
    func linearLayers(rows: Int, inputs: Int, outputs: Int) {
        let tensors = [
            random([rows, inputs]), random([inputs, outputs], seed: 2), random([outputs], seed: 3),
            random([rows, outputs], seed: 4),
        ]
        expectTwins(tensors) {
            linear($0[0], $0[1], bias: $0[2], addedTo: $0[3])
        } composed: {
            matmul($0[0], $0[1]) + $0[2] + $0[3]
        }
        expectTwins(tensors) {
            geluLinear($0[0], $0[1], bias: $0[2], addedTo: $0[3])
        } composed: {
            matmul(gelu($0[0]), $0[1]) + $0[2] + $0[3]
        }
    }

    @Test(arguments: [(1, 4, 3), (5, 16, 96), (40, 24, 100), (300, 40, 500), (257, 300, 97)])
    func languageHead(rows: Int, width: Int, classes: Int) {
        let targets = (0..<rows).map { $0 % 7 == 3 ? -1 : Int32($0 * 31 % classes) }
        let scaled = [random([rows, width]) * 0.3, random([classes, width], seed: 2)]
        expectTwins(scaled) {
            headLoss($0[0], $0[1], targets: targets)
        } composed: {
            crossEntropy(matmul($0[0], transposing: $0[1]), targets: targets)
        }
        let loss = withoutGradients { headLoss(scaled[0], scaled[1], targets: targets) }
        #expect(loss.isClose(to: headLoss(scaled[0], scaled[1], targets: targets)))
    }

    @Test func aLossWithoutTargetsIsZero() {
        let (x, e) = (random([3, 4]).tracked(), random([5, 4]).tracked())
        let loss = headLoss(x, e, targets: [-1, -1, -1])
        #expect(loss.item == 0)
        loss.backward()
        #expect(x.gradient == Tensor(zeros: [3, 4]))
        #expect(headLoss(Tensor(zeros: [0, 4]), e, targets: []).item == 0)
    }
}
