/// What kind of model a checkpoint holds and how large it is: what Hugging Face's config.json says.
public struct ModelConfiguration: Hashable, Sendable {
    /// A kind of transformer, by the name that config.json gives it; the last one only `Compressor` reads.
    public enum Architecture: String, Hashable, Sendable, CaseIterable {
        case gpt2, gptNeo = "gpt_neo", llama, compressor
    }

    /// The kind of transformer.
    public var architecture: Architecture
    /// The width of the residual stream.
    public var hidden: Int
    /// How many blocks there are.
    public var layers: Int
    /// How many attention heads a block has.
    public var heads: Int
    /// How many heads of keys and values they share.
    public var keyValueHeads: Int
    /// How wide a head is.
    public var headWidth: Int
    /// The width of the feed-forward layers.
    public var neurons: Int
    /// How many token ids there are.
    public var vocabulary: Int
    /// The longest row of tokens.
    public var context: Int
    /// What keeps the normalisations' divisors from 0.
    public var epsilon: Float
    /// The rotary positions' angles, where a model has them.
    public var rotary = RotaryAngles()
    /// How far back each block sees, where it does not see everything.  // [layers]
    public var windows: [Int?]
    /// Whether the head is the token embedding.
    public var sharesHead = true
    /// Whether queries, keys, values and the attention's output have biases in a Llama.
    public var hasAttentionBias = false
    /// The token that texts begin with.
    public var beginning: Int32?
    /// The tokens that end a text.
    public var endings: [Int32] = []

    /// How many weights such a model has. A number with a fraction's range, for a damaged file may claim any size.
    var parameterCount: Double {
        let (h, n, v) = (Double(hidden), Double(neurons), Double(vocabulary))
        let (q, kv) = (Double(heads * headWidth), Double(keyValueHeads * headWidth))
        let attention = h * (q + 2 * kv) + q * h
        let tables = v * h * (sharesHead ? 1 : 2)
        switch architecture {
        case .gpt2: return tables + Double(context) * h + Double(layers) * (attention + 2 * h * n + 9 * h + n) + 2 * h
        case .gptNeo: return tables + Double(context) * h + Double(layers) * (attention + 2 * h * n + 6 * h + n) + 2 * h
        case .llama:
            let biases = hasAttentionBias ? q + 2 * kv + h : 0
            return tables + Double(layers) * (attention + biases + 3 * h * n + 2 * h) + h
        case .compressor:
            let (block, half) = (attention + 2 * h * n + 9 * h + n, Double(halfDepth))
            let places = Double(6 + context / 2) * h
            return tables + places + (Double(layers) + 2 * half) * block + half * (2 * h * h + 2 * h) + 4 * h
        }
    }

    /// Stops a model that cannot be before any memory is asked for.
    func validate(file: String) throws(CheckpointError) {
        func check(_ condition: Bool, _ reason: String) throws(CheckpointError) {
            guard condition else { throw CheckpointError(.malformed(reason: reason), file: file) }
        }
        for (name, size) in [
            ("hidden size", hidden), ("number of heads", heads), ("number of key-value heads", keyValueHeads),
            ("head width", headWidth), ("feed-forward width", neurons), ("vocabulary", vocabulary),
            ("context", context),
        ] {
            try check((1...1 << 24).contains(size), "the \(name) is \(size)")
        }
        try check((0...4096).contains(layers), "the number of layers is \(layers)")
        try check(heads % keyValueHeads == 0, "\(heads) heads cannot share \(keyValueHeads) of keys and values")
        try check(
            architecture == .llama || heads * headWidth == hidden,
            "\(heads) heads do not divide the hidden size \(hidden)")
        try check(architecture != .llama || headWidth % 2 == 0, "a head of width \(headWidth) cannot be turned")
        try check(epsilon > 0 && epsilon < 1, "the normalisations' epsilon is \(epsilon)")
        if architecture == .llama, let problem = rotary.problem(headWidth: headWidth) { try check(false, problem) }
        try check(windows.count == layers, "\(windows.count) kinds of attention are named for \(layers) layers")
        try check(windows.allSatisfy { $0 ?? 1 >= 1 }, "an attention window is below 1")
    }
}
