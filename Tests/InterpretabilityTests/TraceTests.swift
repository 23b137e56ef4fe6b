import Foundation
import Martlet
import Testing

@Suite struct TraceTests {
    private func model() throws -> GPT {
        let model = GPT(hidden: 16, layers: 2, heads: 2, vocabulary: 300, context: 64, seed: 3)
        model.tokenizer = try Corpus.storyWorld(count: 60, seed: 5).tokenized(by: .bytePair(vocabulary: 300)).tokenizer
        return model
    }

    @Test func patternsLookBackAndSumToOne() throws {
        let trace = try model().trace("One day, Lily met a shy cat.")
        #expect(trace.tokens.joined() == "One day, Lily met a shy cat.")
        #expect(trace.layers == 2 && trace.residuals.count == 3)
        for head in trace.heads(layer: 1) {
            for (index, row) in head.pattern.rows.enumerated() {
                #expect(abs(row.reduce(0, +) - 1) < 1e-5)
                #expect(row[(index + 1)...].allSatisfy { $0 == 0 })
            }
        }
        #expect(trace.heads(layer: 1).map(\.description) == ["1.0", "1.1"])
        let source = HeatMap(trace.heads(layer: 0)[0].pattern, labels: trace.tokens).svg.source
        #expect(source.contains("Heat map of \(trace.tokens.count) by \(trace.tokens.count) values"))
    }

    @Test func theTraceEndsInTheModelsLogits() throws {
        let model = try model()
        let trace = model.trace("Once upon a time")
        #expect(trace.logits.isClose(to: model.logits([trace.ids])[0], absolute: 1e-4))
    }

    @Test func idsAreTracedWithoutATokenizer() {
        let model = GPT(hidden: 16, layers: 2, heads: 2, vocabulary: 300, context: 64, seed: 3)
        let trace = model.trace([5, 6, 5, 6])
        #expect(trace.tokens == ["5", "6", "5", "6"])
        #expect(trace.logits.isClose(to: model.logits([trace.ids])[0], absolute: 1e-4))
    }

    @Test func theNeuronsOfALayerSayHowOneIsShown() throws {
        let stories = Corpus.storyWorld(count: 3, seed: 5)
        let neurons = try model().neurons(layer: 1, over: Array(stories), top: 2)
        #expect(neurons.description.hasPrefix("64 neurons of layer 1;"))
    }

    @Test func headsThatFollowDistanceArePositional() {
        let length = 12
        var (near, wild) = ([[Float]](), [[Float]]())
        for row in 0..<length {
            let weights = (0..<length).map { $0 > row ? 0 : Float(exp(-Double(row - $0) / 6)) }
            near.append(weights.map { $0 / weights.reduce(0, +) })
            wild.append((0..<length).map { $0 == (row * 7) % (row + 1) ? 1 : 0 })
        }
        let head = { (rows: [[Float]]) in Head(layer: 0, index: 0, pattern: Tensor(rows)) }
        #expect(head(near).kind == .positional)
        #expect(head(near).distanceCorrelation() < -0.5)
        #expect(head(wild).kind == .semantic)
        #expect(head([[1]]).distanceCorrelation() == 0)
        let flat = head([[0.5, 0.5], [0.5, 0.5]])
        #expect(flat.distanceCorrelation(over: .wholeSquare) == 0)
    }

    @Test func neuronsAreReadAfterGELUAndSortedByStrength() throws {
        let model = try model()
        let stories: [Story] = ["Tom had a red ball.", "The dog was big and the dog ran."]
        let neurons = model.neurons(layer: 1, over: stories, top: 3)
        #expect(neurons.count == 64)
        let traces = stories.map { model.trace($0.text).neurons[1] }
        for neuron in neurons {
            let all = traces.flatMap { trace in trace.rows.map { $0[neuron.index] } }.sorted(by: >)
            for (activation, expected) in zip(neuron.activations, all) {
                #expect(abs(activation.value - expected) < 1e-4)
            }
            #expect(neuron.activations.count == 3)
        }
        let first = try #require(neurons[1].activations.first)
        #expect(stories[first.story].text.contains(first.token))
        #expect(neurons[1].mimeBundle.data["text/html"]?.contains("neuron 1.1") == true)
        #expect(model.neurons(layer: 0, over: stories, top: 1, reading: .blockInput).count == 64)
    }
}
