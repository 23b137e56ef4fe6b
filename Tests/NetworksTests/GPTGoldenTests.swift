import Foundation
import Networks
import Stories
import Tensors
import Testing

/// A small GPT-2 with given weights, beside what transformers and PyTorch compute with them (Fixtures/gpt/make.py).
@Suite struct GPTGoldenTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/gpt").path

    static func fixture(_ name: String) throws -> Tensor { try Tensor(npy: "\(folder)/\(name).npy") }

    static func model() throws -> GPT {
        let model = GPT(hidden: 24, layers: 2, heads: 3, vocabulary: 67, context: 20)
        let weights = try fixture("weights")
        var start = 0
        for parameter in model.parameters {
            parameter.value = weights[start..<start + parameter.count].reshaped(to: parameter.shape)
            start += parameter.count
        }
        #expect(start == weights.count)
        return model
    }

    static func batch(_ index: Int) throws -> Batch {
        let inputs = try fixture("inputs")[index].elements.map { Int32($0) }
        let targets = try fixture("targets")[index].elements.map { Int32($0) }
        return Batch(inputs: inputs, targets: targets, rows: 2, length: 20)
    }

    static func relativeError(_ found: Tensor, _ expected: Tensor) -> Float {
        abs(found - expected).max().item / abs(expected).max().item
    }

    @Test func logitsAgree() throws {
        let batch = try Self.batch(0)
        let rows = [Array(batch.inputs[..<20]), Array(batch.inputs[20...])]
        let expected = try Self.fixture("logits")
        #expect(Self.relativeError(try Self.model()(rows), expected) < 1e-5)
        var sites: Set<Site> = []
        let observed = try Self.model().logits(rows) { site, value in
            sites.insert(site)
            return value
        }
        #expect(Self.relativeError(observed, expected) < 1e-5)
        #expect(sites.count == 21)
    }

    @Test func lossAndGradientsAgree() throws {
        let model = try Self.model()
        let loss = model.loss(try Self.batch(0))
        #expect(abs(loss.item - (try Self.fixture("losses"))[0].item) < 1e-5)
        loss.backward()
        let gradients = model.parameters.map { ($0.gradient ?? Tensor(zeros: $0.shape)).reshaped(to: [$0.count]) }
        let expected = try Self.fixture("gradients")
        #expect(Self.relativeError(Tensor.concatenate(gradients), expected) < 1e-5)
        var start = 0
        for (parameter, gradient) in zip(model.namedParameters, gradients) {
            let part = expected[start..<start + gradient.count]
            start += gradient.count
            #expect(Self.relativeError(gradient, part) < 1e-4, "\(parameter.name)")
        }
    }
}
