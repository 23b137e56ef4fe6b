import Foundation
import Tensors
import Testing

/// Operations and their gradients beside PyTorch's, at odd, single and long sizes (Fixtures/tensors/make.py).
@Suite struct GoldenTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let shape: [Int]
        let result: [Float]
        let gradients: [[Float]]

        var testDescription: String { name }
    }

    static let cases: [Case] = {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/tensors/expected.json")
        return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
    }()

    /// The input of the given seed.
    private func values(_ seed: Int, _ shape: Shape) -> Tensor {
        Tensor((0..<shape.elementCount).map { Float(sin(0.37 * Double($0) + Double(seed))) }, shape: shape).tracked()
    }

    private func sample(_ tensor: Tensor) -> [Float] {
        let elements = tensor.elements
        return stride(from: 0, to: elements.count, by: max(1, elements.count / 50)).map { elements[$0] }
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Float {
        guard a.count == b.count else { return .infinity }
        let farthest = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        return farthest / max(1, b.map { abs($0) }.max() ?? 0)
    }

    @Test func thereAreCases() { #expect(Self.cases.count == 32) }

    @Test(arguments: cases)
    func agreesWithPyTorch(expected: Case) throws {
        let (inputs, result) = try computed(expected.name)
        #expect(result.shape.sizes == expected.shape)
        #expect(distance(sample(result), expected.result) <= 1e-5)
        let weights = (0..<result.count).map { Float(cos(0.11 * Double($0))) }
        (result * Tensor(weights, shape: result.shape)).sum().backward()
        for (index, (input, gradient)) in zip(inputs, expected.gradients).enumerated() {
            let found = try #require(input.gradient)
            #expect(distance(sample(found), gradient) <= 1e-4, "gradient of input \(index)")
        }
    }

    /// The inputs of a case and what comes of them.
    private func computed(_ name: String) throws -> (inputs: [Tensor], result: Tensor) {
        let words = name.split(separator: " ")
        let sizes = words.compactMap { Int($0) }
        switch words[0] {
        case "attention":
            let x = values(1, [sizes[0], sizes[1], 3 * sizes[2] * sizes[3]])
            return ([x], causalAttention(x, heads: sizes[2]))
        case "geluLinear":
            let (rows, inner, outer) = (sizes[0], sizes[1], sizes[2])
            let shapes: [Shape] = [[rows, inner], [inner, outer], [outer], [rows, outer]]
            let t = shapes.enumerated().map { values($0.offset, $0.element) }
            return (t, geluLinear(t[0], t[1], bias: t[2], addedTo: t[3]))
        case "layerNorm":
            let t = [values(1, [sizes[0], sizes[1]]), values(2, [sizes[1]]), values(3, [sizes[1]])]
            return (t, layerNorm(t[0], gain: t[1], bias: t[2]))
        case "headLoss":
            let t = [values(1, [sizes[0], sizes[1]]), values(2, [sizes[2], sizes[1]])]
            let targets = (0..<sizes[0]).map { $0 % 7 == 3 ? -1 : Int32($0 * 31 % sizes[2]) }
            return (t, headLoss(t[0], t[1], targets: targets))
        default: return try plain(name)
        }
    }

    private func plain(_ name: String) throws -> (inputs: [Tensor], result: Tensor) {
        let (a, b): (Shape, Shape) = ([2, 3, 5], [3, 1])
        let operations: [String: ([Shape], ([Tensor]) -> Tensor)] = [
            "broadcast sum": ([a, b], { $0[0] + $0[1] }),
            "broadcast product": ([a, b], { $0[0] * $0[1] }),
            "broadcast quotient": ([a, b], { $0[0] / ($0[1] * $0[1] + 1) }),
            "sum of axis": ([a], { $0[0].sum(axis: 1) }),
            "mean of last axis": ([a], { $0[0].mean(axis: -1, keepingAxis: true) }),
            "variance": ([a], { $0[0].variance(axis: 0) }),
            "greatest of axis": ([a], { $0[0].max(axis: 2) }),
            "least of axis": ([a], { $0[0].min(axis: 0) }),
            "softmax": ([a], { softmax($0[0]) }),
            "log softmax": ([a], { logSoftmax($0[0]) }),
            "concatenation": ([a, [2, 1, 5]], { Tensor.concatenate($0, axis: 1) }),
            "slice": ([a], { $0[0][.all, 1..., -1] }),
            "gather": ([[5, 3]], { $0[0].gather([4, 0, 4]) }),
            "where": ([a, a], { $0[0].where($0[0] .> 0.2, else: $0[1]) }),
            "einsum": ([a, [5, 4]], { einsum("bij,jk->bki", $0[0], $0[1]) }),
            "batched product": ([[4, 1, 3, 5], [2, 5, 7]], { matmul($0[0], $0[1]) }),
            "transposed product": ([[2, 3, 5], [2, 4, 5]], { matmul($0[0], transposing: $0[1]) }),
            "permutation": ([a], { $0[0].transposed(2, 0, 1) }),
            "lower triangle": ([[4, 4]], { $0[0].lowerTriangle() }),
            "functions": (
                [a], { x in exp(x[0]) + tanh(x[0]) * sigmoid(x[0]) + silu(x[0]) - abs(x[0]) }
            ),
        ]
        let (shapes, function) = try #require(operations[name])
        let inputs = shapes.enumerated().map { values($0.offset, $0.element) }
        return (inputs, function(inputs))
    }
}
