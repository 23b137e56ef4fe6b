import Foundation
import Networks
import Stories
import Tensors
import Testing

/// Gradients that PyTorch computes, kept as models whose weights they are (Fixtures/gradients/make.py).
@Suite struct GradientGoldenTests {
    struct Rows: Decodable {
        let inputs: [Int32]
        let targets: [Int32]
    }

    @Test(arguments: ["gpt-neo", "llama", "llama-shared", "llama-llama3"])
    func gradientsEqualThoseOfPyTorch(name: String) throws {
        let rows: Rows = try Fixture.json("../gradients/batch.json")
        let model = try ModelSource.directory("\(Fixture.folder)/\(name)").load()
        let expected = try ModelSource.directory("\(Fixture.folder)/../gradients/\(name)").load()
        let loss = model.loss(Batch(inputs: rows.inputs, targets: rows.targets, rows: 2, length: 20))
        #expect(abs(loss.item - (try Fixture.json("../gradients/\(name)/loss.json", as: Float.self))) < 1e-5)
        loss.backward()
        for ((path, found), (_, wanted)) in zip(model.namedParameters, expected.namedParameters) {
            let gradient = try #require(found.gradient, "\(path)")
            #expect(gradient.isClose(to: wanted.value, absolute: 2e-5, relative: 2e-4), "\(path)")
        }
    }
}
