import Tensors
import Testing

@Suite struct MatrixProductTests {
    private static func product(_ a: Tensor, _ b: Tensor) -> Tensor {
        let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
        let (left, right) = (a.elements, b.elements)
        var result = [Float](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                result[i * n + j] = Float(
                    (0..<k).reduce(0.0) { $0 + Double(left[i * k + $1]) * Double(right[$1 * n + j]) })
            }
        }
        return Tensor(result, shape: [m, n])
    }

    @Test(arguments: [
        (1, 1, 1), (1, 64, 33), (5, 3, 17), (6, 16, 16), (7, 300, 15), (97, 257, 31), (200, 512, 48), (13, 1, 100),
        (64, 0, 8), (193, 40, 300), (200, 1100, 20), (7, 513, 530),
    ])
    func agreesWithSumsInDoublePrecision(m: Int, k: Int, n: Int) {
        let (a, b) = (random([m, k]), random([k, n], seed: 2))
        let expected = Self.product(a, b)
        #expect(matmul(a, b).isClose(to: expected, absolute: 1e-4, relative: 1e-5))
        #expect(matmul(a, transposing: b.transposed).isClose(to: expected, absolute: 1e-4, relative: 1e-5))
        #expect(transposedProduct(a.transposed, b).isClose(to: expected, absolute: 1e-4, relative: 1e-5))
    }

    @Test func doesNotDependOnTheNumberOfThreads() {
        let (a, b) = (random([300, 700]), random([700, 100], seed: 2))
        let both = (matmul(a, b), transposedProduct(a.transposed, b))
        let threads = Threads.count
        Threads.count = 1
        defer { Threads.count = threads }
        #expect(matmul(a, b) == both.0)
        #expect(transposedProduct(a.transposed, b) == both.1)
    }

    @Test func batchesBroadcast() {
        let (a, b) = (random([2, 1, 3, 4]), random([5, 4, 2], seed: 2))
        let product = matmul(a, b)
        #expect(product.shape == [2, 5, 3, 2])
        #expect(product[1, 3].isClose(to: matmul(a[1, 0], b[3])))
    }
}
