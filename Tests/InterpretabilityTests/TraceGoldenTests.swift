import Foundation
import Martlet
import Testing

/// What transformers tells of the inside of every architecture (Fixtures/traces/make.py).
@Suite struct TraceGoldenTests {
    private struct Expected: Decodable {
        let ids: [Int32]
        let states, patterns, neurons: [[Float]]
    }

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    private func model(_ name: String) throws -> any LanguageModel {
        let folder = Self.fixtures.appendingPathComponent("checkpoints/\(name)").path
        return try ModelSource.directory(folder).load()
    }

    private func expected(_ name: String) throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: Self.fixtures.appendingPathComponent("traces/\(name).json")))
    }

    private func difference(_ found: Tensor, _ wanted: [Float]) -> Float {
        guard found.count == wanted.count else { return .infinity }
        return zip(found.elements, wanted).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(arguments: ["gpt2-narrow", "gpt-neo", "llama", "llama-shared", "llama-llama3"])
    func tracesEqualThoseOfTransformers(name: String) throws {
        let (model, expected) = (try model(name), try expected(name))
        let trace = model.trace(expected.ids)
        #expect(trace.layers == expected.patterns.count && trace.neurons.count == expected.neurons.count)
        for (layer, wanted) in expected.states.dropLast().enumerated() {
            #expect(difference(trace.residuals[layer], wanted) < 1e-4, "the stream before layer \(layer)")
        }
        // The last state is normalised there; here it is the logits that follow from it.
        #expect(difference(trace.logits, withoutGradients { model.logits([trace.ids]) }.elements) < 1e-4)
        for layer in 0..<trace.layers {
            let pattern = Tensor.stack(trace.heads(layer: layer).map(\.pattern))
            #expect(difference(pattern, expected.patterns[layer]) < 1e-5, "the patterns of layer \(layer)")
            #expect(difference(trace.neurons[layer], expected.neurons[layer]) < 1e-4, "the neurons of layer \(layer)")
        }
    }

    @Test(arguments: ["gpt2-narrow", "gpt-neo", "llama"])
    func theStrongestActivationsAreThoseOfTheTrace(name: String) throws {
        let model = try model(name)
        model.tokenizer = ByteTokenizer()
        let story = Story("once a cat")
        let trace = model.trace(story.text)
        let opening = trace.tokens.count - story.text.count
        #expect(opening == (model.coding.beginning == nil ? 0 : 1))
        for layer in 0..<trace.layers {
            for neuron in model.neurons(layer: layer, over: [story], top: 1) {
                let strongest = trace.neurons[layer].rows.dropFirst(opening).map { $0[neuron.index] }.max() ?? 0
                #expect(abs((neuron.activations.first?.value ?? 0) - strongest) < 1e-5)
            }
            let read = model.neurons(layer: layer, over: [story], top: 1, reading: .blockInput)
            #expect(read.count == trace.neurons[layer].shape[1])
        }
    }

    @Test func aModelThatCannotBeLookedIntoIsNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Compressor(hidden: 8, layers: 1, heads: 1, vocabulary: 9, context: 4).trace([1, 2])
        }
        let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(words.contains("trace: Compressor does not say what it is made of"))
    }

    /// What is put in the place of a value is what the layers behind it see.
    @Test(arguments: ["gpt2-narrow", "gpt-neo", "llama"])
    func aReplacedValueIsWhatTheModelGoesOnWith(name: String) throws {
        let model = try #require(try model(name) as? any TransformerModel)
        let ids: [Int32] = [1, 2, 3, 4]
        let plain = withoutGradients { model.logits([ids]) }
        let untouched = withoutGradients { model.logits([ids]) { _, value in value } }
        #expect(plain.isClose(to: untouched, absolute: 1e-4))
        let ablated = withoutGradients {
            model.logits([ids]) { site, value in
                if case .attentionOutput(layer: 0) = site { return Tensor(zeros: value.shape) }
                return value
            }
        }
        #expect(!plain.isClose(to: ablated, absolute: 1e-3))
    }
}

/// Letters as ids: what these small models have room for.
private struct ByteTokenizer: Tokenizer {
    var vocabularySize: Int { 61 }
    var endOfText: Int32? { nil }
    func encode(_ text: String) -> [Int32] { text.utf8.map { Int32($0 % 61) } }
    func bytes(of id: Int32) -> [UInt8] { [UInt8(97 + id % 26)] }
}
