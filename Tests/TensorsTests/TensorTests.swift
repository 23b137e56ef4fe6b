import Foundation
import Testing

import Tensors

@Suite struct TensorTests {
    @Test func aTensorIsTakenApartAlongAnAxisAndPutTogether() {
        let x = Tensor(normal: [2, 3, 4], seed: 1)
        #expect(Tensor.stack(x.unstacked()) == x)
        #expect(x.unstacked(axis: -1).map(\.shape) == Array(repeating: [2, 3], count: 4))
        #expect(x.unstacked(axis: 1)[2] == x[.all, 2])
        let rows = Tensor([[1, 2], [3, 4]]).tracked()
        (rows.unstacked()[1] * 3).sum().backward()
        #expect(rows.gradient == Tensor([[0, 0], [3, 3]]))
    }

    @Test func softmaxAndTheGreatestIndexAreTakenAlongAnyAxis() {
        let x = Tensor(normal: [2, 3, 4], seed: 1)
        for axis in -3..<3 {
            let shares = exp(x) / exp(x).sum(axis: axis, keepingAxis: true)
            #expect(softmax(x, axis: axis).isClose(to: shares, absolute: 1e-5))
            #expect(logSoftmax(x, axis: axis).isClose(to: log(shares), absolute: 1e-4))
        }
        #expect(Tensor([[1, 5, 3], [4, 2, 6]]).argmax(axis: 0) == [1, 0, 1])
        #expect(Tensor([[1, 5, 3], [4, 2, 6]]).argmax(axis: 1) == [1, 2])
    }

    @Test func aFunctionOfNumbersIsAppliedToEachElement() async {
        #expect(Tensor([[-1, 2], [3, -4]]).map { $0 > 0 ? $0 : 0.5 * $0 } == Tensor([[-0.5, 2], [3, -2]]))
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1, 2]).tracked().map { $0 * 2 }
        }
        let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(words.contains("map: no gradient flows through a function of numbers"))
    }

    @Test func copiesAreIndependent() {
        let x = Tensor([1, 2, 3])
        var y = x
        y[1] = 7
        #expect(x == [1, 2, 3])
        #expect(y == [1, 7, 3])
    }

    @Test func subscriptsReadAndWriteParts() {
        var x = Tensor([[1, 2, 3], [4, 5, 6]])
        #expect(x[0] == [1, 2, 3])
        #expect(x[.all, 1] == [2, 5])
        #expect(x[-1, -1].item == 6)
        #expect(x[0..., 1..<3] == Tensor([[2, 3], [5, 6]]))
        x[.all, 0] = 9
        x[1, 1...] = [7, 8]
        #expect(x == Tensor([[9, 2, 3], [9, 7, 8]]))
    }

    @Test func rangesCountFromTheEndAndInSteps() {
        var x = Tensor(0..<7)
        #expect(x[(-2)...] == [5, 6])
        #expect(x[-3 ..< -1] == [4, 5])
        #expect(x[...(-5)] == [0, 1, 2])
        #expect(x[-2 ... -1] == [5, 6])
        #expect(x[stride(from: 1, to: 7, by: 2)] == [1, 3, 5])
        #expect(x[stride(from: -1, through: 0, by: -3)] == Tensor(zeros: [0]))
        #expect(x[stride(from: -1, through: -7, by: -3)] == [6, 3, 0])
        x[stride(from: 0, through: 6, by: 3)] = -1
        #expect(x == [-1, 1, 2, -1, 4, 5, -1])
        let table = Tensor(0..<12).reshaped(to: 3, 4)
        #expect(table[.all, stride(from: 3, through: 0, by: -2)] == Tensor([[3, 1], [7, 5], [11, 9]]))
        #expect(table[stride(from: 0, to: 3, by: 2), 1] == [1, 9])
    }

    @Test func reductionsAlongSeveralAxes() {
        let x = Tensor(0..<24).reshaped(to: 2, 3, 4)
        #expect(x.sum(axes: [0, 2]) == [60, 92, 124])
        #expect(x.sum(axes: [0, -1], keepingAxes: true).shape == [1, 3, 1])
        #expect(x.mean(axes: [0, 1, 2]).item == 11.5)
        #expect(x.max(axes: [2, 1]) == [11, 23])
        #expect(x.variance(axes: [0, 1, 2]).isClose(to: x.reshaped(to: -1).variance(axis: 0)))
    }

    @Test func whatIsNotChosenDoesNotMatter() {
        let infinity = Float.infinity
        let x = Tensor([1, 0, -1])
        #expect(log(x).where(x .> 0, else: 7) == [0, 7, 7])
        #expect(Tensor([1, 2]).where([1, 0], else: Tensor(-infinity)) == Tensor([1, -infinity]))
        #expect(Tensor([1, 2]).where([1, 0], else: -.infinity) == Tensor([1, -infinity]))
        #expect(Tensor([[infinity, infinity], [1, 2]]).lowerTriangle() == Tensor([[infinity, 0], [1, 2]]))
        let greater = maximum(Tensor([.nan, 1]), Tensor([1, .nan]))
        #expect(greater.elements.filter(\.isNaN).count == 2)
    }

    @Test func powersOfNegativeNumbersAndOfZero() {
        let x = Tensor([-2, 0, 4]).tracked()
        #expect(x.power(3) == [-8, 0, 64])
        #expect(x.power(-1) == Tensor([-0.5, .infinity, 0.25]))
        #expect(x.power(0.5).elements[0].isNaN)
        x.power(3).sum().backward()
        #expect(x.gradient == [12, 0, 48])
    }

    @Test func largeWholePowersKeepTheSign() {
        let x = Tensor([-1, -1.01, 0, 2]).tracked()
        #expect(x.power(129).isClose(to: Tensor([-1, -3.60958, 0, .infinity])))
        #expect(x.power(1000).isClose(to: Tensor([1, 20958.96, 0, .infinity])))
        #expect(Tensor([-2, -0.5, 2]).power(.infinity) == Tensor([.infinity, 0, .infinity]))
        x[0..<3].power(129).sum().backward()
        #expect(x.gradient?.isClose(to: Tensor([129, 461.0256, 0, 0]), relative: 1e-4) == true)
    }

    @Test func whatIsNotANumberIsNotLeftOutOfExtremes() {
        let x = Tensor([[1, .nan, 3], [4, 5, 6]])
        #expect(x.max(axis: 1).elements.map(\.isNaN) == [true, false])
        #expect(x.min(axis: 1).elements.map(\.isNaN) == [true, false])
        #expect(x.max().item.isNaN && x.min().item.isNaN)
        #expect(x.argmax() == [1, 2])
    }

    @Test func boundsBeyondAllNumbersAreOutside() {
        #expect(Tensor(zeros: [3, 3]).lowerTriangle(diagonal: .max) == Tensor(zeros: [3, 3]))
        #expect(Tensor(ones: [2, 2]).lowerTriangle(diagonal: .min) == Tensor(zeros: [2, 2]))
        #expect(Tensor(0..<3)[AxisIndex.strided(first: -1, count: 1, step: .max)] == [2])
    }

    @Test func reductionsAlongEachAxis() {
        let x = Tensor([[1, 2, 3], [4, 5, 6]])
        #expect(x.sum().item == 21)
        #expect(x.sum(axis: 0) == [5, 7, 9])
        #expect(x.mean(axis: 1) == [2, 5])
        #expect(x.max(axis: 0) == [4, 5, 6])
        #expect(x.argmax() == [2, 2])
        #expect(Tensor([3, 9, 9, 1]).argmax() == [1])
    }

    @Test(arguments: [[3, 100_001], [100_001, 3], [2, 1000, 77], [1, 5, 70_001]])
    func sumsOfLargeTensorsAreTheSameOnEachNumberOfThreads(shape: [Int]) {
        let count = shape.reduce(1, *)
        let x = Tensor((0..<count).map { Float($0 * 7919 % 1013) / 1013 }, shape: Shape(shape))
        func sums() -> [Tensor] { [x.sum()] + shape.indices.map { x.sum(axis: $0) } }
        let found = sums()
        let threads = Threads.count
        Threads.count = 1
        defer { Threads.count = threads }
        #expect(zip(found, sums()).allSatisfy { $0 == $1 })
        let total = (0..<count).reduce(0.0) { $0 + Double(x.storage.floats[$1]) }
        for sum in found { #expect(abs(Double(sum.sum().item) - total) < 1e-5 * total) }
    }

    @Test func comparisonsGiveOnesAndZeros() {
        let (a, b) = (Tensor([1, 2, 3]), Tensor([3, 2, 1]))
        #expect((a .< b) == [1, 0, 0])
        #expect((a .>= b) == [0, 1, 1])
        #expect((a .== b) == [0, 1, 0])
        #expect((a .!= b) == [1, 0, 1])
        #expect(a.where(a .> b, else: b) == [3, 2, 3])
    }

    @Test func einsumAgreesWithProducts() {
        let (a, b) = (random([3, 4]), random([4, 5], seed: 2))
        #expect(einsum("ij,jk->ik", a, b).isClose(to: matmul(a, b)))
        #expect(einsum("ij,jk", a, b).isClose(to: matmul(a, b)))
        #expect(einsum("ij->ji", a) == a.transposed)
        #expect(einsum("ij->", a).isClose(to: a.sum()))
        #expect(einsum("ii->", Tensor(identity: 4)).item == 4)
        #expect(einsum("...ij,jk->...ik", random([2, 2, 3, 4]), b).shape == [2, 2, 3, 5])
        #expect(einsum("...", a) == a)
        let outer = einsum("i,j->ij", [1, 2], [3, 4])
        #expect(outer == Tensor([[3, 4], [6, 8]]))
    }

    @Test func elementaryFunctionsAreExactToTwoUnits() {
        let points = stride(from: Float(-86), through: 87, by: 0.37).map { $0 }
        for (x, y) in zip(points, Tensors.exp(Tensor(points)).elements) {
            #expect(abs(y - Foundation.exp(x)) <= 2 * Foundation.exp(x).ulp)
        }
        let arguments = (-140..<120).map { Float(pow(2, Double($0) + 0.3)) }
        for (x, y) in zip(arguments, Tensors.log(Tensor(arguments)).elements) {
            #expect(abs(y - Foundation.log(x)) <= 2 * abs(Foundation.log(x)).ulp)
        }
        #expect(Tensors.exp(Tensor([-200, 200])).elements == [0, .infinity])
        #expect(Tensors.exp(Tensor(.nan)).item.isNaN)
        #expect(Tensors.log(Tensor([0])).elements == [-.infinity])
        for (x, y) in zip(points, Tensors.tanh(Tensor(points) * 0.05).elements) {
            #expect(abs(y - Foundation.tanh(x * 0.05)) <= 4e-7 * abs(Foundation.tanh(x * 0.05)))
        }
    }

    @Test func printingAlignsColumns() {
        #expect("\(Tensor([[1, 2.5, -3], [0, 12, 6]]))" == "Tensor [2, 3]\n[[ 1.0,  2.5, -3.0],\n [ 0.0, 12.0,  6.0]]")
        #expect("\(Tensor(0.5))" == "0.5")
        #expect("\(Tensor(-3))" == "-3.0")
        #expect("\(Tensor(zeros: [2]) / 0)" == "Tensor [2]\n[nan, nan]")
        #expect("\(Tensor([.nan, 1, -.infinity]))" == "Tensor [3]\n[ nan,  1.0, -inf]")
        #expect("\(Tensor([0.12345, -10, 0]))" == "Tensor [3]\n[  0.1235, -10.0000,   0.0000]")
        #expect("\(Tensor([1e-5, 2e-5]))" == "Tensor [2]\n[1.000e-05, 2.000e-05]")
        #expect("\(Tensor(zeros: [2, 1, 1]))" == "Tensor [2, 1, 1]\n[[[0.0]],\n\n [[0.0]]]")
        #expect("\(Tensor(zeros: [0, 3]))" == "Tensor [0, 3] (empty)")
        #expect("\(Tensor(0..<2000))".contains("[   0.0,    1.0,    2.0, ..., 1997.0, 1998.0, 1999.0]"))
    }

    @Test func numPyFilesRoundTrip() throws {
        let path = NSTemporaryDirectory() + "martlet-\(UUID().uuidString).npy"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let x = random([2, 3, 4])
        try x.save(npy: path)
        #expect(try Tensor(npy: path) == x)
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: NumPyError.self) { try Tensor(npy: path) }
    }

    @Test func numPyFilesOfAnyOrderAndType() throws {
        func file(_ type: String, _ shape: String, inFortranOrder: Bool = false, _ bytes: [UInt8]) throws -> Tensor {
            var header =
                "{'descr': '\(type)', 'fortran_order': \(inFortranOrder ? "True" : "False"), 'shape': \(shape)}"
            header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
            let start = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
            let path = NSTemporaryDirectory() + "martlet-\(UUID().uuidString).npy"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(start + Array(header.utf8) + bytes).write(to: URL(fileURLWithPath: path))
            return try Tensor(npy: path)
        }
        #expect(
            try file("|u1", "(2, 3)", inFortranOrder: true, [1, 4, 2, 5, 3, 6]) == Tensor([[1, 2, 3], [4, 5, 6]]))
        #expect(try file("<u8", "(1,)", [0, 0, 0, 0, 0, 0, 0, 128]) == Tensor([0x1p63]))
        #expect(try file("<i2", "()", [254, 255]) == Tensor(-2))
        #expect(try file("<f4", "(0, 5)", []) == Tensor(zeros: [0, 5]))
        for shape in ["(2,)", "(4611686018427387904, 4)", "(9223372036854775808,)", "(-1,)", "(1, x)", "(1"] {
            #expect(throws: NumPyError.self, "\(shape)") { try file("<f4", shape, [0, 0, 0, 0]) }
        }
    }

    @Test func theSameSeedGivesTheSameNumbers() {
        #expect(Tensor(normal: [100], seed: 3) == Tensor(normal: [100], seed: 3))
        let x = Tensor(normal: [20_000], mean: 1, deviation: 2, seed: 5)
        #expect(abs(x.mean().item - 1) < 0.05)
        #expect(abs(x.variance(axis: 0).item - 4) < 0.15)
    }

    @Test func emptyTensorsPassThrough() {
        let x = Tensor(zeros: [0, 4])
        #expect((x + 1).shape == [0, 4])
        #expect(matmul(x, Tensor(zeros: [4, 2])).shape == [0, 2])
        #expect(x.sum().item == 0)
        #expect(x.sum(axis: 0) == Tensor(zeros: [4]))
        #expect(softmax(x).shape == [0, 4])
    }

    @Test func memoryIsReusedStepAfterStep() {
        func step() { _ = (random([100, 100]) * 2).sum() }
        step()
        // Other tests run beside this one and may ask for memory at any time, but not during each of so many steps.
        let isReused = (0..<1000).contains { _ in
            let before = Memory.systemAllocations
            step()
            return Memory.systemAllocations == before
        }
        #expect(isReused)
    }

    @Test func isMadeOfNumbersOfOtherKinds() {
        let (counts, doubles) = ([1, 2], [0.5, 2.5])
        #expect(Tensor(counts) == Tensor([1, 2]))
        #expect(Tensor(0..<3) == Tensor([0, 1, 2]))
        #expect(Tensor(doubles) == Tensor([0.5, 2.5]))
        #expect(Tensor([doubles, doubles]) == Tensor([[0.5, 2.5], [0.5, 2.5]]))
    }
}
