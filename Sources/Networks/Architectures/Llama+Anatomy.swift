extension Llama: TransformerModel {
    public var anatomy: TransformerAnatomy {
        let attention = blocks.first?.attention
        return TransformerAnatomy(
            heads: attention?.heads ?? 1, keyValueHeads: attention?.keyValueHeads ?? 1,
            headWidth: attention?.headWidth ?? 2, context: context, tokens: tokens, rotary: rotary,
            blocks: blocks.map { block in
                let (attention, feedForward) = (block.attention, block.feedForward)
                return TransformerAnatomy.Block(
                    attentionNorm: .rootMeanSquare(block.attentionNorm),
                    projections: .separate(query: attention.query, key: attention.key, value: attention.value),
                    output: attention.output, feedForwardNorm: .rootMeanSquare(block.feedForwardNorm),
                    feedForward: .swiGLU(gate: feedForward.gate, up: feedForward.up, down: feedForward.down))
            }, norm: .rootMeanSquare(norm), head: head)
    }
}
