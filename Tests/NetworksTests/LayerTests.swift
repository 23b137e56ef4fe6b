import Networks
import Tensors
import Testing

@Suite struct LayerTests {
    @Test func aParameterShowsItsWeights() {
        #expect(Parameter(Tensor([1, 2])).description == "Parameter: \(Tensor([1, 2]))")
    }

    enum Activation { case gelu }

    struct Mixture: Layer {
        let gate = Linear(4, 2, seed: 1)
        let experts = [Linear(4, 8, seed: 2), Linear(4, 8, seed: 3), Linear(4, 6, seed: 4)]
        let named = ["b": LayerNorm(4), "a": LayerNorm(4)]
        let scales = [Parameter(Tensor([1, 2]))]
        let absent: Parameter? = nil
        let activation = Activation.gelu
        let name = "mixed"
    }

    @Test func isReadAsAnOutline() {
        #expect(
            Mixture().description == """
                Mixture: 138 weights, scales[0] [2], activation gelu, name mixed
                    gate: Linear: weight [4, 2], bias [2]
                    experts[0..<2]: Linear: weight [4, 8], bias [8]
                    experts[2]: Linear: weight [4, 6], bias [6]
                    named["a"]: LayerNorm: gain [4], bias [4], epsilon 1e-05
                    named["b"]: LayerNorm: gain [4], bias [4], epsilon 1e-05
                """)
    }

    @Test func namesEveryParameterOnce() {
        let model = Mixture()
        #expect(
            model.namedParameters.map(\.name) == [
                "gate.weight", "gate.bias", "experts.0.weight", "experts.0.bias", "experts.1.weight", "experts.1.bias",
                "experts.2.weight", "experts.2.bias", "named.a.gain", "named.a.bias", "named.b.gain", "named.b.bias",
                "scales.0",
            ])
    }
}
