extension GPTNeo: TransformerModel {
    public var anatomy: TransformerAnatomy {
        TransformerAnatomy(
            heads: blocks.first?.attention.heads ?? 1, context: context, attentionScale: 1, tokens: tokens,
            positions: positions,
            blocks: blocks.map { block in
                let attention = block.attention
                return TransformerAnatomy.Block(
                    attentionNorm: .layer(block.attentionNorm),
                    projections: .separate(query: attention.query, key: attention.key, value: attention.value),
                    output: attention.output, window: attention.window, feedForwardNorm: .layer(block.feedForwardNorm),
                    feedForward: .gelu(up: block.feedForward.up, down: block.feedForward.down))
            }, norm: .layer(norm))
    }
}
