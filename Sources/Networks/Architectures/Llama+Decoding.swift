import Tensors

extension Llama: CachedModel {
    package var plan: TransformerPlan {
        let attention = blocks.first?.attention
        let (heads, headWidth) = (attention?.heads ?? 1, attention?.headWidth ?? 2)
        return TransformerPlan(
            hidden: hidden, heads: heads, keyValueHeads: attention?.keyValueHeads ?? 1, headWidth: headWidth,
            vocabulary: vocabulary, context: context, attentionScale: 1 / Float(headWidth).squareRoot(),
            tokens: tokens.weight.value.withoutGradient,
            rotary: RotaryPositions(headWidth: headWidth, positions: context, angles: rotary),
            blocks: blocks.map { block in
                let (attention, feedForward) = (block.attention, block.feedForward)
                return TransformerPlan.Block(
                    attentionNorm: .init(block.attentionNorm),
                    queryKeyValue: PackedMatrix(
                        .init(attention.query), .init(attention.key), .init(attention.value), inputs: hidden),
                    output: PackedMatrix(.init(attention.output), inputs: heads * headWidth),
                    feedForwardNorm: .init(block.feedForwardNorm),
                    feedForward: .swiGLU(
                        gate: PackedMatrix(.init(feedForward.gate), inputs: hidden),
                        up: PackedMatrix(.init(feedForward.up), inputs: hidden),
                        down: PackedMatrix(.init(feedForward.down), inputs: feedForward.up.outputs)))
            },
            norm: .init(norm),
            head: PackedMatrix(head.map { .init($0) } ?? .init(rowsOf: tokens.weight.value), inputs: hidden))
    }
}
