import Tensors

extension GPT: CachedModel {
    package var plan: TransformerPlan {
        TransformerPlan(
            hidden: hidden, heads: heads, keyValueHeads: heads, headWidth: hidden / heads, vocabulary: vocabulary,
            context: context, attentionScale: 1 / Float(hidden / heads).squareRoot(),
            tokens: tokens.weight.value.withoutGradient, positions: positions.weight.value.withoutGradient,
            blocks: blocks.map { block in
                TransformerPlan.Block(
                    attentionNorm: .init(block.attentionNorm),
                    queryKeyValue: PackedMatrix(.init(block.attention.queryKeyValue), inputs: hidden),
                    output: PackedMatrix(.init(block.attention.output), inputs: hidden),
                    feedForwardNorm: .init(block.feedForwardNorm),
                    feedForward: .gelu(
                        up: PackedMatrix(.init(block.feedForward.up), inputs: hidden),
                        down: PackedMatrix(.init(block.feedForward.down), inputs: block.feedForward.up.outputs)))
            },
            norm: .init(norm), head: PackedMatrix(.init(rowsOf: tokens.weight.value), inputs: hidden))
    }
}
