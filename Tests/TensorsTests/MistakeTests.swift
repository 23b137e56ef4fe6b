import Tensors
import Testing

/// What a person reads when shapes do not fit: the operation, both shapes, and why.
@Suite struct MistakeTests {
    private func expect(_ message: String, in result: ExitTest.Result?) {
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains(message), "\(said)")
    }

    @Test func innerSizesOfAProduct() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = matmul(Tensor(zeros: [16, 4, 128]), Tensor(zeros: [256, 512]))
        }
        expect("matmul: [16, 4, 128] x [256, 512] - the inner sizes 128 and 256 differ", in: result)
    }

    @Test func sizesThatDoNotBroadcast() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]) + Tensor(zeros: [2, 4])
        }
        expect("+: [2, 3] and [2, 4] - sizes 3 and 4 neither match nor is one of them 1", in: result)
    }

    @Test func indicesBeyondAnAxis() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[0, 3]
        }
        expect("subscript: index 3 on axis 1 of [2, 3] - it has 0..<3", in: result)
    }

    @Test func stepsBeyondAnAxis() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[0, stride(from: 0, through: 4, by: 2)]
        }
        expect("subscript: 0 and on to 4 by 2 on axis 1 of [2, 3] - it has 0..<3", in: result)
    }

    @Test func rangesBeyondAnAxis() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[(-3)...]
        }
        expect("subscript: -3..< on axis 0 of [2, 3] - it has 0..<2", in: result)
    }

    @Test func boundsBeyondAllNumbers() async {
        let first = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[Int.min...]
        }
        expect("subscript: -9223372036854775808..< on axis 0 of [2, 3] - it has 0..<2", in: first)
        let last = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[.all, 0...Int.max]
        }
        expect("subscript: 0..<9223372036854775807 on axis 1 of [2, 3] - it has 0..<3", in: last)
        let far = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3])[AxisIndex.strided(first: 0, count: .max, step: .max)]
        }
        expect("on axis 0 of [2, 3] - it has 0..<2", in: far)
    }

    @Test func partsOfNegativeSize() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [3]).split(sizes: [-1, 4])
        }
        expect("split: [3] into [-1, 4] along axis 0 - they must sum to 3", in: result)
    }

    @Test func twoOpenSizes() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [4]).reshaped(to: -1, -1)
        }
        expect("reshape: [4] to [-1, -1] - only one size may be -1, none less", in: result)
    }

    @Test func moreRandomNumbersThanTheMachineHolds() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(normal: [1 << 40], seed: 1)
        }
        expect("out of memory: ", in: result)
    }

    @Test func emptyTensorsOfUncountableRows() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [1 << 40, 1 << 40, 0]).sum(axis: 0)
        }
        expect("shape: [1099511627776, 1099511627776, 0] - no memory holds so many elements", in: result)
    }

    @Test func inputsOfFusedLayers() async {
        let product = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = geluLinear(Tensor(zeros: [2, 3]), Tensor(zeros: [4, 5]))
        }
        expect("geluLinear: [2, 3] x [4, 5] - the inner sizes 3 and 4 differ", in: product)
        let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = linear(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 5]), bias: Tensor(zeros: [2]))
        }
        expect("linear: [2, 3] x [3, 5] with a bias of [2] - it must be [5]", in: bias)
        let heads = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = causalAttention(Tensor(zeros: [1, 2, 12]), heads: .max)
        }
        expect("causalAttention: [1, 2, 12] with 9223372036854775807 heads", in: heads)
    }

    @Test func numbersWhereTablesBelong() async {
        let pattern = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = causalPattern(1, 2)
        }
        expect("causalPattern: queries [], keys [] - both must be [..., length, width]", in: pattern)
        let table = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = embeddingSum(1, 2, ids: [0], rows: 1, length: 1)
        }
        expect("embedding: [], positions [] - both must be tables, [ids, width]", in: table)
        let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(1).sum(axis: 0)
        }
        expect("sum: axis 0 of [] - a number has no axes", in: axis)
    }

    @Test func targetsThatAreNoClass() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = crossEntropy(Tensor(zeros: [2, 3]), targets: [0, 9])
        }
        expect("crossEntropy: target 9 for [2, 3] - there are 3 classes", in: result)
    }

    @Test func assignmentsThatDoNotFit() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var x = Tensor(zeros: [2, 3])
            x[0] = [1, 2]
        }
        expect("assignment to a part of [2, 3]: [2] does not fit [3]", in: result)
    }

    @Test func axesThatOccurTwice() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [2, 3]).sum(axes: [1, -1])
        }
        expect("sum: axes [1, -1] of [2, 3] - one of them occurs twice", in: result)
    }

    @Test func moreMemoryThanTheBudget() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Memory.budget = 10_000_000
            _ = Tensor(zeros: [4_000_000])
        }
        expect("out of memory: ", in: result)
        expect("would pass the budget of 10 MB", in: result)
    }

    @Test func moreElementsThanCanBeCounted() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor(zeros: [1 << 40, 1 << 40])
        }
        expect("shape: [1099511627776, 1099511627776] - no memory holds so many elements", in: result)
    }

    @Test func moreMemoryThanTheMachineHas() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Memory.budget = .max
            _ = Tensor(zeros: [1 << 45])
        }
        expect("that tensors hold is beyond what the system gives - use a smaller batch or model", in: result)
    }

    @Test func aGradientOfManyNumbers() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Tensor(zeros: [3]).tracked().backward()
        }
        expect("backward: [3] - a gradient is taken of one number, such as a mean", in: result)
    }
}
