import Foundation
import Networks
import Stories
import Tensors
import Testing
import Training

@Suite struct AdamWTests {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/gpt").path

    /// Fixtures/gpt/make.py trains the same model on the same batches with torch.optim.AdamW.
    @Test func fiftyStepsFollowPyTorch() throws {
        let model = GPT(hidden: 24, layers: 2, heads: 3, vocabulary: 67, context: 20)
        let weights = try Tensor(npy: "\(folder)/weights.npy")
        var start = 0
        for parameter in model.parameters {
            parameter.value = weights[start..<start + parameter.count].reshaped(to: parameter.shape)
            start += parameter.count
        }
        let inputs = try Tensor(npy: "\(folder)/inputs.npy")
        let targets = try Tensor(npy: "\(folder)/targets.npy")
        let expected = try Tensor(npy: "\(folder)/losses.npy").elements
        let adam = AdamW(model, rate: 3e-3, weightDecay: 0.1, clippingTo: 1)
        for step in 0...50 {
            let loss = model.loss(
                Batch(
                    inputs: inputs[step % 4].elements.map { Int32($0) },
                    targets: targets[step % 4].elements.map { Int32($0) }, rows: 2, length: 20))
            #expect(abs(loss.item - expected[step]) < 1e-3, "step \(step)")
            loss.backward()
            adam.step()
        }
    }

    @Test func schedulesWarmUpAndEnd() {
        let schedule = Schedule.warmupCosine(peak: 1, warmup: 10, final: 0.1)
        #expect(schedule.rate(at: 0, of: 100) == 0.1)
        #expect(schedule.rate(at: 9, of: 100) == 1)
        #expect(abs(schedule.rate(at: 99, of: 100) - 0.1) < 1e-6)
        #expect(schedule.rate(at: 50, of: nil) == 1)
    }

    @Test func clippingScalesGradientsToTheNorm() {
        let layer = Linear(weight: Tensor([[3, 4]]))
        (layer.weight.value * Tensor([[3, 4]])).sum().backward()
        #expect(abs(clipGradients(of: layer, toNorm: 1) - 5) < 1e-5)
        #expect(layer.weight.gradient?.isClose(to: Tensor([[0.6, 0.8]])) == true)
    }
}
