/// What Hugging Face calls the parameters of each kind of model; those of a Compressor, which it does not know, are called
/// as they are here.
extension ModelConfiguration.Architecture {
    /// The name in a checkpoint of a parameter's path, such as `blocks.0.attention.output.weight`, without the prefix.
    func checkpointName(of path: String) -> String {
        if self == .compressor { return path }
        var parts = path.split(separator: ".").map(String.init)
        guard let last = parts.popLast() else { return path }
        var layer = ""
        if parts.first == "blocks", parts.count > 1 {
            layer = "\(blockPrefix).\(parts[1])."
            parts.removeFirst(2)
        }
        let ours = parts.joined(separator: ".")
        return "\(layer)\(names[ours] ?? ours).\(last == "gain" ? "weight" : last)"
    }

    /// What stands before every name but the head's.
    var prefix: String {
        switch self {
        case .gpt2, .gptNeo: "transformer."
        case .llama: "model."
        case .compressor: ""
        }
    }

    /// Whether the weights of linear layers are stored with a row for each output.
    var storesOutputsFirst: Bool { self == .gptNeo || self == .llama }

    /// Whether a tensor that no parameter needs is known to be no weight: masks and frequencies, which follow from the
    /// configuration, and a second copy of a shared head.
    func isDerived(_ name: String, sharesHead: Bool) -> Bool {
        name.hasSuffix("attn.bias") || name.hasSuffix("attn.masked_bias") || name.hasSuffix("attention.bias")
            || name.hasSuffix("attention.masked_bias") || name.hasSuffix("rotary_emb.inv_freq")
            || sharesHead && name == "lm_head.weight"
    }

    private var blockPrefix: String { self == .llama ? "layers" : "h" }

    private var names: [String: String] {
        switch self {
        case .gpt2:
            [
                "tokens": "wte", "positions": "wpe", "norm": "ln_f", "attentionNorm": "ln_1", "feedForwardNorm": "ln_2",
                "attention.queryKeyValue": "attn.c_attn", "attention.output": "attn.c_proj",
                "feedForward.up": "mlp.c_fc", "feedForward.down": "mlp.c_proj",
            ]
        case .gptNeo:
            [
                "tokens": "wte", "positions": "wpe", "norm": "ln_f", "attentionNorm": "ln_1", "feedForwardNorm": "ln_2",
                "attention.query": "attn.attention.q_proj", "attention.key": "attn.attention.k_proj",
                "attention.value": "attn.attention.v_proj", "attention.output": "attn.attention.out_proj",
                "feedForward.up": "mlp.c_fc", "feedForward.down": "mlp.c_proj",
            ]
        case .llama:
            [
                "tokens": "embed_tokens", "head": "lm_head", "attentionNorm": "input_layernorm",
                "feedForwardNorm": "post_attention_layernorm", "attention.query": "self_attn.q_proj",
                "attention.key": "self_attn.k_proj", "attention.value": "self_attn.v_proj",
                "attention.output": "self_attn.o_proj", "feedForward.gate": "mlp.gate_proj",
                "feedForward.up": "mlp.up_proj", "feedForward.down": "mlp.down_proj",
            ]
        case .compressor: [:]
        }
    }
}
