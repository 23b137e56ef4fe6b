extension GPT: TransformerModel {
    public var anatomy: TransformerAnatomy {
        TransformerAnatomy(
            heads: heads, context: context, tokens: tokens, positions: positions,
            blocks: blocks.map { block in
                TransformerAnatomy.Block(
                    attentionNorm: .layer(block.attentionNorm), projections: .joined(block.attention.queryKeyValue),
                    output: block.attention.output, feedForwardNorm: .layer(block.feedForwardNorm),
                    feedForward: .gelu(up: block.feedForward.up, down: block.feedForward.down))
            }, norm: .layer(norm))
    }
}
