import Tensors

extension TransformerModel {
    /// The model's weights as they are now, packed for decoding.
    package var plan: TransformerPlan { TransformerPlan(anatomy) }
}

extension TransformerPlan {
    /// The weights of a transformer as they are now, packed.
    init(_ model: TransformerAnatomy) {
        let hidden = model.hidden
        self.init(
            hidden: hidden, heads: model.heads, keyValueHeads: model.keyValueHeads, headWidth: model.headWidth,
            vocabulary: model.tokens.count, context: model.context, attentionScale: model.attentionScale,
            tokens: model.tokens.weight.value.withoutGradient,
            positions: model.positions?.weight.value.withoutGradient,
            rotary: model.rotary.map {
                RotaryPositions(headWidth: model.headWidth, positions: model.context, angles: $0)
            },
            blocks: model.blocks.map { Block($0, hidden: hidden, heads: model.heads * model.headWidth) },
            norm: Norm(model.norm),
            head: PackedMatrix(
                model.head.map { .init($0) } ?? .init(rowsOf: model.tokens.weight.value), inputs: hidden))
    }
}

extension TransformerPlan.Block {
    fileprivate init(_ block: TransformerAnatomy.Block, hidden: Int, heads: Int) {
        let queryKeyValue =
            switch block.projections {
            case .joined(let all): PackedMatrix(.init(all), inputs: hidden)
            case .separate(let query, let key, let value):
                PackedMatrix(.init(query), .init(key), .init(value), inputs: hidden)
            }
        self.init(
            attentionNorm: .init(block.attentionNorm), queryKeyValue: queryKeyValue,
            output: PackedMatrix(.init(block.output), inputs: heads), window: block.window,
            feedForwardNorm: .init(block.feedForwardNorm), feedForward: .init(block.feedForward, hidden: hidden))
    }
}

extension TransformerPlan.Norm {
    fileprivate init(_ norm: TransformerAnatomy.Norm) {
        switch norm {
        case .layer(let norm): self.init(norm)
        case .rootMeanSquare(let norm): self.init(norm)
        }
    }
}

extension TransformerPlan.FeedForward {
    fileprivate init(_ layer: TransformerAnatomy.FeedForward, hidden: Int) {
        switch layer {
        case .gelu(let up, let down):
            self = .gelu(
                up: PackedMatrix(.init(up), inputs: hidden), down: PackedMatrix(.init(down), inputs: up.outputs))
        case .swiGLU(let gate, let up, let down):
            self = .swiGLU(
                gate: PackedMatrix(.init(gate), inputs: hidden), up: PackedMatrix(.init(up), inputs: hidden),
                down: PackedMatrix(.init(down), inputs: up.outputs))
        }
    }
}
