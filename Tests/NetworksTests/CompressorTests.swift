import Foundation
import Networks
import Stories
import Tensors
import Testing

/// What PyTorch computes, position by position, from the definition (Fixtures/compressor/make.py).
@Suite struct CompressorTests {
    private struct Case: Decodable {
        let length: Int
        let inputs, targets: [Int32]
        let logits: [Float]
        let loss: Float

        var batch: Batch { Batch(inputs: inputs, targets: targets, rows: 2, length: length) }
    }

    private func model(_ folder: String = "model") throws -> Compressor {
        try Compressor(from: .directory("\(Fixture.folder)/../compressor/\(folder)"))
    }

    @Test func logitsLossAndGradientsEqualThoseOfPyTorch() throws {
        let (model, expected) = (try model(), try model("gradients"))
        for found in try Fixture.json("../compressor/expected.json", as: [Case].self) {
            #expect(Fixture.difference(withoutGradients { model.logits(found.batch) }.elements, found.logits) < 1e-4)
            model.clearGradients()
            let loss = model.loss(found.batch)
            #expect(abs(loss.item - found.loss) < 1e-5)
            loss.backward()
        }
        for ((path, parameter), (_, wanted)) in zip(model.namedParameters, expected.namedParameters) {
            let gradient = try #require(parameter.gradient, "\(path)")
            #expect(gradient.isClose(to: wanted.value, absolute: 2e-5, relative: 2e-4), "\(path)")
        }
    }

    /// What a token is foretold from is what stands before it, whatever comes after.
    @Test func laterTokensChangeNothing() throws {
        let model = try model()
        let row: [Int32] = [3, 14, 15, 9, 2, 6, 5, 30, 8]
        let whole = withoutGradients { model.logits([row]) }[0]
        for length in 1...row.count {
            let part = withoutGradients { model.logits([Array(row.prefix(length))]) }[0]
            #expect(part.isClose(to: whole[0..<length], absolute: 1e-5))
        }
    }

    @Test func aRowLearnsByHeart() throws {
        let model = Compressor(hidden: 32, layers: 2, heads: 2, vocabulary: 20, context: 16, neurons: 64, seed: 5)
        let ids = (0..<17).map { Int32($0 * 7 % 20) }
        let batch = Batch(inputs: Array(ids.dropLast()), targets: Array(ids.dropFirst()), rows: 1, length: 16)
        let first = model.loss(batch).item
        for _ in 0..<60 {
            model.clearGradients()
            model.loss(batch).backward()
            for parameter in model.parameters {
                guard let gradient = parameter.gradient else { continue }
                let norm = (gradient * gradient).sum().item.squareRoot()
                parameter.value = parameter.value.withoutGradient - gradient * (0.1 / max(norm, 0.1))
            }
        }
        #expect(abs(first - 3) < 0.3 && model.loss(batch).item < first / 3)
        #expect(model.continuations(of: [[0]], length: 5)[0].tokens == Array(ids[1..<6]))
    }

    @Test func aSavedModelIsReadAsItWasByWhateverAsks() throws {
        let folder = try TemporaryFolder()
        let model = Compressor(hidden: 8, layers: 3, heads: 2, vocabulary: 11, context: 6, neurons: 10, seed: 3)
        try model.save(to: folder.path)
        let found = try #require(try ModelSource.directory(folder.path).load() as? Compressor)
        #expect(found.configuration == model.configuration)
        #expect(zip(model.parameters, found.parameters).allSatisfy { $0.value == $1.value })
        #expect(model.sizes.total == model.parameterCount)
        #expect(throws: CheckpointError.self) { try GPT(from: .directory(folder.path)) }
    }

    /// What the products of the three parts cost: two operations for each weight and place, four for each place attended
    /// to and number of it.
    @Test func operationsAreCountedAtEachPartsPlaces() {
        let model = Compressor(hidden: 8, layers: 2, heads: 2, vocabulary: 11, context: 6, neurons: 10)
        let block = model.trunk[0].parameterCount
        let decoded = model.decoder[0].parameterCount
        let products = 9 * block + 3 * 2 * block + 6 * decoded - 3 * model.decoder[0].stateAttention.parameterCount
        let attended = 4 * 8 * (9 * 3 + 3 * 2 * 3 + 6 * 2)
        #expect(abs(model.sizes.flopsPerToken * 6 - (2 * products + attended + 6 * 2 * 11 * 8)) < 12)
    }

    @Test func sizesThatCannotBeAreRefused() async {
        await #expect(processExitsWith: .failure) {
            _ = Compressor(hidden: 12, layers: 2, heads: 5, vocabulary: 9, context: 4)
        }
    }
}
