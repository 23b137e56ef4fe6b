import Tensors

extension GPTNeo: CachedModel {
    package var plan: TransformerPlan {
        let heads = blocks.first?.attention.heads ?? 1
        return TransformerPlan(
            hidden: hidden, heads: heads, keyValueHeads: heads, headWidth: hidden / heads, vocabulary: vocabulary,
            context: context, attentionScale: 1, tokens: tokens.weight.value.withoutGradient,
            positions: positions.weight.value.withoutGradient,
            blocks: blocks.map { block in
                let attention = block.attention
                return TransformerPlan.Block(
                    attentionNorm: .init(block.attentionNorm),
                    queryKeyValue: PackedMatrix(
                        .init(attention.query), .init(attention.key), .init(attention.value), inputs: hidden),
                    output: PackedMatrix(.init(attention.output), inputs: hidden), window: attention.window,
                    feedForwardNorm: .init(block.feedForwardNorm),
                    feedForward: .gelu(
                        up: PackedMatrix(.init(block.feedForward.up), inputs: hidden),
                        down: PackedMatrix(.init(block.feedForward.down), inputs: block.feedForward.up.outputs)))
            },
            norm: .init(norm), head: PackedMatrix(.init(rowsOf: tokens.weight.value), inputs: hidden))
    }
}
