import Foundation
import Stories

extension ModelConfiguration {
    /// What a config.json says.
    ///
    /// - Throws: `CheckpointError` for a model of another kind, or a setting that would change what it computes.
    public init(file path: String) throws(CheckpointError) {
        let json: HuggingFaceConfiguration
        do {
            json = try JSONDecoder().decode(
                HuggingFaceConfiguration.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch let error as CocoaError {
            throw CheckpointError(.unreadable(reason: error.localizedDescription), file: path)
        } catch {
            throw CheckpointError(.malformed(reason: error.reasonInOneLine), file: path)
        }
        do throws(HuggingFaceConfiguration.Rejection) {
            self = try json.configuration()
        } catch {
            throw CheckpointError(error.problem, file: path)
        }
        try validate(file: path)
    }

    /// The config.json that says this.
    func write(to path: String) throws(CheckpointError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let json: Data
        do {
            json = try encoder.encode(HuggingFaceConfiguration(self))
        } catch {
            throw CheckpointError(.unwritable(reason: error.reasonInOneLine), file: path)
        }
        try CheckpointError.of { () throws(FileError) in
            try AtomicFile.write(json + [UInt8(ascii: "\n")], to: path)
        }
    }
}

/// config.json: the keys of GPT-2, GPT-Neo and Llama, as `transformers` 4 and 5 write them; a Compressor has GPT-2's.
struct HuggingFaceConfiguration: Codable {
    struct Rejection: Error { let problem: CheckpointError.Problem }

    /// One id or several.
    enum TokenIDs: Codable {
        case one(Int32), several([Int32])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let id = try? container.decode(Int32.self) {
                self = .one(id)
            } else {
                self = .several(try container.decode([Int32].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .one(let id): try container.encode(id)
            case .several(let ids): try container.encode(ids)
            }
        }

        var ids: [Int32] {
            switch self {
            case .one(let id): [id]
            case .several(let ids): ids
            }
        }
    }

    /// What there is of it does not matter: weights that stand for others by a table of their own are not read.
    struct Quantization: Codable {}

    struct Rotary: Codable {
        var rope_theta: Double?
        var rope_type: String?
        var type: String?
        var partial_rotary_factor: Double?
        var factor, low_freq_factor, high_freq_factor, original_max_position_embeddings: Double?
    }

    var model_type: String?
    var architectures: [String]?
    var vocab_size: Int?
    var tie_word_embeddings: Bool?
    var bos_token_id: Int32?
    var eos_token_id: TokenIDs?
    var dtype: String?
    var quantization_config: Quantization?
    // GPT-2
    var n_embd, n_layer, n_head, n_inner, n_positions: Int?
    var scale_attn_weights, scale_attn_by_inverse_layer_idx, add_cross_attention: Bool?
    // GPT-2 and GPT-Neo
    var activation_function: String?
    var layer_norm_epsilon: Float?
    // GPT-Neo and Llama
    var hidden_size, intermediate_size, max_position_embeddings: Int?
    // GPT-Neo
    var num_layers, num_heads, window_size: Int?
    var attention_types: [AttentionTypes]?
    // Llama
    var num_hidden_layers, num_attention_heads, num_key_value_heads, head_dim: Int?
    var hidden_act: String?
    var rms_norm_eps: Float?
    var rope_theta: Double?
    var rope_parameters, rope_scaling: Rotary?
    var attention_bias, mlp_bias: Bool?

    /// [["global", "local"], 6]: kinds of attention, and how often they follow each other.
    struct AttentionTypes: Codable {
        let kinds: [String]
        let count: Int

        init(kinds: [String], count: Int) { (self.kinds, self.count) = (kinds, count) }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            kinds = try container.decode([String].self)
            count = try container.decode(Int.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(kinds)
            try container.encode(count)
        }
    }

    func configuration() throws(Rejection) -> ModelConfiguration {
        guard let name = model_type else { throw Rejection(problem: .malformed(reason: "it has no model_type")) }
        guard let architecture = ModelConfiguration.Architecture(rawValue: name) else {
            throw Rejection(
                problem: .unsupported("a model of the type \(name) (gpt2, gpt_neo, llama and compressor are known)"))
        }
        try refuse(quantization_config != nil, "quantized weights (quantization_config)")
        return switch architecture {
        case .gpt2, .compressor: try gpt2(architecture)
        case .gptNeo: try gptNeo()
        case .llama: try llama()
        }
    }

    private func gpt2(_ architecture: ModelConfiguration.Architecture) throws(Rejection) -> ModelConfiguration {
        let (hidden, heads) = (try need(n_embd, "n_embd"), try need(n_head, "n_head"))
        try refuse(scale_attn_weights == false, "scale_attn_weights false")
        try refuse(scale_attn_by_inverse_layer_idx == true, "scale_attn_by_inverse_layer_idx")
        try refuse(add_cross_attention == true, "add_cross_attention")
        return try gpt(
            architecture, hidden: hidden, layers: need(n_layer, "n_layer"), heads: heads, neurons: n_inner,
            positions: n_positions)
    }

    private func gptNeo() throws(Rejection) -> ModelConfiguration {
        var result = try gpt(
            .gptNeo, hidden: need(hidden_size, "hidden_size"), layers: need(num_layers, "num_layers"),
            heads: need(num_heads, "num_heads"), neurons: intermediate_size, positions: max_position_embeddings)
        let types = attention_types ?? [AttentionTypes(kinds: ["global", "local"], count: result.layers / 2)]
        guard types.allSatisfy({ (0...4096).contains($0.count) && $0.kinds.count <= 4096 }) else {
            throw Rejection(problem: .malformed(reason: "attention_types repeats more than 4096 times"))
        }
        result.windows = []
        for type in types {
            for _ in 0..<type.count where result.windows.count <= result.layers {
                for kind in type.kinds {
                    guard kind == "global" || kind == "local" else {
                        throw Rejection(problem: .unsupported("attention of the type \(kind)"))
                    }
                    result.windows.append(kind == "local" ? window_size ?? 256 : nil)
                }
            }
        }
        return result
    }

    private func gpt(
        _ architecture: ModelConfiguration.Architecture, hidden: Int, layers: Int, heads: Int, neurons: Int?,
        positions: Int?
    ) throws(Rejection) -> ModelConfiguration {
        try refuse(
            !["gelu_new", "gelu_pytorch_tanh", nil].contains(activation_function),
            "activation_function \(activation_function ?? "") (gelu_new is known)")
        try refuse(tie_word_embeddings == false, "a head of its own (tie_word_embeddings false)")
        return ModelConfiguration(
            architecture: architecture, hidden: hidden, layers: layers, heads: heads, keyValueHeads: heads,
            headWidth: heads > 0 ? hidden / heads : 0,
            neurons: neurons ?? hidden.multipliedReportingOverflow(by: 4).partialValue,
            vocabulary: try need(vocab_size, "vocab_size"), context: positions ?? 1024,
            epsilon: layer_norm_epsilon ?? 1e-5, windows: noWindows(layers), endings: eos_token_id?.ids ?? [])
    }

    private func llama() throws(Rejection) -> ModelConfiguration {
        let (hidden, heads) = (
            try need(hidden_size, "hidden_size"), try need(num_attention_heads, "num_attention_heads")
        )
        try refuse(hidden_act ?? "silu" != "silu", "hidden_act \(hidden_act ?? "") (silu is known)")
        try refuse(mlp_bias == true, "mlp_bias")
        let layers = try need(num_hidden_layers, "num_hidden_layers")
        return ModelConfiguration(
            architecture: .llama, hidden: hidden, layers: layers, heads: heads,
            keyValueHeads: num_key_value_heads ?? heads,
            headWidth: head_dim ?? (heads > 0 ? hidden / heads : 0),
            neurons: try need(intermediate_size, "intermediate_size"),
            vocabulary: try need(vocab_size, "vocab_size"), context: max_position_embeddings ?? 2048,
            epsilon: rms_norm_eps ?? 1e-6, rotary: try rotary(),
            windows: noWindows(layers), sharesHead: tie_word_embeddings ?? false,
            hasAttentionBias: attention_bias ?? false, beginning: bos_token_id, endings: eos_token_id?.ids ?? [])
    }

    private func rotary() throws(Rejection) -> RotaryAngles {
        let settings = rope_scaling ?? rope_parameters
        try refuse(settings?.partial_rotary_factor ?? 1 != 1, "heads turned in part (partial_rotary_factor)")
        let base = settings?.rope_theta ?? rope_parameters?.rope_theta ?? rope_theta ?? 10_000
        switch settings?.rope_type ?? settings?.type ?? "default" {
        case "default": return RotaryAngles(base: base)
        case "linear": return RotaryAngles(base: base, scaling: .linear(factor: try need(settings?.factor, "factor")))
        case "llama3":
            return RotaryAngles(
                base: base,
                scaling: .llama3(
                    factor: try need(settings?.factor, "factor"),
                    low: try need(settings?.low_freq_factor, "low_freq_factor"),
                    high: try need(settings?.high_freq_factor, "high_freq_factor"),
                    originalContext: try need(
                        settings?.original_max_position_embeddings, "original_max_position_embeddings")))
        case let kind: throw Rejection(problem: .unsupported("rotary positions of the rope_type \(kind)"))
        }
    }

    private func noWindows(_ layers: Int) -> [Int?] { Array(repeating: nil, count: min(max(layers, 0), 5000)) }

    private func need<Value>(_ value: Value?, _ key: String) throws(Rejection) -> Value {
        guard let value else { throw Rejection(problem: .malformed(reason: "it has no \(key)")) }
        return value
    }

    private func refuse(_ condition: Bool, _ what: String) throws(Rejection) {
        if condition { throw Rejection(problem: .unsupported(what)) }
    }
}

extension HuggingFaceConfiguration {
    /// The keys for a model made here.
    init(_ model: ModelConfiguration) {
        model_type = model.architecture.rawValue
        vocab_size = model.vocabulary
        tie_word_embeddings = model.sharesHead
        bos_token_id = model.beginning ?? model.endings.first
        eos_token_id = model.endings.count > 1 ? .several(model.endings) : model.endings.first.map { .one($0) }
        switch model.architecture {
        case .gpt2, .compressor:
            architectures = [model.architecture == .gpt2 ? "GPT2LMHeadModel" : "Compressor"]
            (n_embd, n_layer, n_head, n_positions) = (model.hidden, model.layers, model.heads, model.context)
            (n_inner, activation_function, layer_norm_epsilon) = (model.neurons, "gelu_new", model.epsilon)
        case .gptNeo:
            architectures = ["GPTNeoForCausalLM"]
            (hidden_size, num_layers, num_heads) = (model.hidden, model.layers, model.heads)
            (max_position_embeddings, intermediate_size) = (model.context, model.neurons)
            (activation_function, layer_norm_epsilon) = ("gelu_new", model.epsilon)
            window_size = model.windows.compactMap { $0 }.first ?? 256
            attention_types = [AttentionTypes(kinds: model.windows.map { $0 == nil ? "global" : "local" }, count: 1)]
        case .llama:
            architectures = ["LlamaForCausalLM"]
            (hidden_size, num_hidden_layers, num_attention_heads) = (model.hidden, model.layers, model.heads)
            (num_key_value_heads, head_dim) = (model.keyValueHeads, model.headWidth)
            (max_position_embeddings, intermediate_size) = (model.context, model.neurons)
            (hidden_act, rms_norm_eps, attention_bias) = ("silu", model.epsilon, model.hasAttentionBias)
            rope_theta = model.rotary.base  // read by version 4, as rope_scaling is
            rope_parameters = Rotary(model.rotary)
            rope_scaling = model.rotary.scaling == nil ? nil : rope_parameters
            mlp_bias = false
        }
    }
}

extension HuggingFaceConfiguration.Rotary {
    fileprivate init(_ angles: RotaryAngles) {
        rope_theta = angles.base
        switch angles.scaling {
        case nil: rope_type = "default"
        case .linear(let scale)?: (rope_type, factor) = ("linear", scale)
        case .llama3(let scale, let low, let high, let context)?:
            (rope_type, factor, low_freq_factor, high_freq_factor) = ("llama3", scale, low, high)
            original_max_position_embeddings = context
        case .divisors?: rope_type = "divisors"
        }
    }
}
