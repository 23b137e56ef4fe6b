import Stories

extension GGUF {
    /// The model that the file holds: a GPT-2 or a Llama.
    func checkpoint() throws(CheckpointError) -> Checkpoint {
        let configuration = try configuration()
        let isLlama = configuration.architecture == .llama
        let renamed = try weights.renamed { tensor throws(CheckpointError) in
            try Self.checkpointName(of: tensor.name, isLlama: isLlama)
        }
        // llama.cpp turns neighbours, so its converter has put the rows of queries and keys of a Llama into pairs.
        let ordered =
            isLlama ? renamed.pairing(heads: configuration.heads, keyValueHeads: configuration.keyValueHeads) : renamed
        var checkpoint = Checkpoint(configuration: configuration, weights: ordered, storesOutputsFirst: true)
        try checkpoint.readTokenizer(path) { () throws(TokenizerError) in try tokenizer() }
        return checkpoint
    }

    private func configuration() throws(CheckpointError) -> ModelConfiguration {
        func malformed(_ reason: String) -> CheckpointError { CheckpointError(.malformed(reason: reason), file: path) }
        guard let name = settings["general.architecture"]?.text else { throw malformed("it names no architecture") }
        guard let architecture = ModelConfiguration.Architecture(rawValue: name), architecture != .gptNeo else {
            throw CheckpointError(.unsupported("a model of the type \(name) (gpt2 and llama are known)"), file: path)
        }
        func integer(_ key: String) throws(CheckpointError) -> Int {
            guard let value = settings["\(name).\(key)"]?.integer else { throw malformed("it has no \(name).\(key)") }
            return value
        }
        guard let tokens = weights["token_embd.weight"], tokens.shape.count == 2 else {
            throw CheckpointError(.missing, file: path, tensor: "token_embd.weight")
        }
        let (hidden, heads) = (try integer("embedding_length"), try integer("attention.head_count"))
        let layers = try integer("block_count")
        let isLlama = architecture == .llama
        let epsilon = settings["\(name).attention.\(isLlama ? "layer_norm_rms_epsilon" : "layer_norm_epsilon")"]?.number
        let result = ModelConfiguration(
            architecture: architecture, hidden: hidden, layers: layers, heads: heads,
            keyValueHeads: settings["\(name).attention.head_count_kv"]?.integer ?? heads,
            headWidth: settings["\(name).attention.key_length"]?.integer ?? (heads > 0 ? hidden / heads : 0),
            neurons: try integer("feed_forward_length"), vocabulary: tokens.shape[0],
            context: try integer("context_length"), epsilon: Float(epsilon ?? 1e-5),
            rotary: RotaryAngles(
                base: settings["\(name).rope.freq_base"]?.number ?? 10_000, scaling: try scaling(name)),
            windows: Array(repeating: nil, count: min(max(layers, 0), 5000)), sharesHead: sharesHead(isLlama),
            beginning: isLlama ? tokenID("bos") : nil, endings: [tokenID("eos")].compactMap { $0 })
        guard result.keyValueHeads > 0 else { throw malformed("it has no heads of keys and values") }
        try result.validate(file: path)
        return result
    }

    /// How the angles of a Llama's positions are scaled. Llama 3's way comes as a tensor, a divisor for each angle.
    private func scaling(_ name: String) throws(CheckpointError) -> RotaryAngles.Scaling? {
        if let divisors = weights["rope_freqs.weight"] { return .divisors(try divisors.floats().map(Double.init)) }
        let kind = settings["\(name).rope.scaling.type"]?.text
        // Older files name the factor alone.
        let factor = settings["\(name).rope.scaling.factor"] ?? settings["\(name).rope.scale_linear"]
        switch kind {
        case "linear"?, nil: return factor?.number.map { .linear(factor: $0) }
        case "none"?: return nil
        case let kind?: throw CheckpointError(.unsupported("rotary positions of the type \(kind)"), file: path)
        }
    }

    /// GPT-2's converter writes the shared head a second time.
    private func sharesHead(_ isLlama: Bool) -> Bool { !isLlama || weights["output.weight"] == nil }

    func tokenID(_ name: String) -> Int32? {
        settings["tokenizer.ggml.\(name)_token_id"]?.integer.flatMap(Int32.init(exactly:))
    }

    /// Hugging Face's name of a tensor; nil for one that is no weight.
    private static func checkpointName(of name: String, isLlama: Bool) throws(CheckpointError) -> String? {
        if name == "rope_freqs.weight" { return nil }
        var parts = name.split(separator: ".").map(String.init)
        guard let last = parts.popLast() else { return name }
        var block = ""
        if parts.first == "blk", parts.count > 1 {
            block = isLlama ? "layers.\(parts[1])." : "h.\(parts[1])."
            parts.removeFirst(2)
        }
        let theirs = parts.joined(separator: ".")
        return "\(block)\((isLlama ? llamaNames : gpt2Names)[theirs] ?? theirs).\(last)"
    }

    private static let llamaNames = [
        "token_embd": "embed_tokens", "output_norm": "norm", "output": "lm_head", "attn_norm": "input_layernorm",
        "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    ]

    private static let gpt2Names = [
        "token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f", "output": "lm_head", "attn_norm": "ln_1",
        "ffn_norm": "ln_2", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_up": "mlp.c_fc",
        "ffn_down": "mlp.c_proj",
    ]
}

extension Weights {
    /// The same with the rows of queries and keys known to stand in pairs.
    fileprivate func pairing(heads: Int, keyValueHeads: Int) -> Weights {
        let tensors = names.compactMap { self[$0] }.map { tensor in
            if tensor.name.hasSuffix("q_proj.weight") { return tensor.renamed(tensor.name, pairedHeads: heads) }
            if tensor.name.hasSuffix("k_proj.weight") { return tensor.renamed(tensor.name, pairedHeads: keyValueHeads) }
            return tensor
        }
        return Weights(path: path, metadata: metadata, tensors: tensors)
    }
}
