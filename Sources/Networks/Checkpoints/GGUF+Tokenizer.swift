import Stories

extension GGUF {
    /// The tokenizer that the file holds, of GPT-2's kind or of Llama's; nil where it holds none.
    func tokenizer() throws(TokenizerError) -> (any Tokenizer)? {
        guard let kind = settings["tokenizer.ggml.model"]?.text else { return nil }
        guard let tokens = settings["tokenizer.ggml.tokens"]?.texts else {
            throw .malformed(path: path, reason: "tokenizer.ggml.tokens is no list of texts")
        }
        let types = try numbers("token_type", count: tokens.count)?.map { $0.integer.flatMap(TokenType.init) }
        func type(of id: Int) -> TokenType { types?[id] ?? .normal }
        func ids(of wanted: TokenType) -> [Int] { tokens.indices.filter { type(of: $0) == wanted } }
        let specials = tokens.indices.compactMap { id -> SpecialToken? in
            let type = type(of: id)
            guard [.control, .userDefined, .unknown].contains(type) else { return nil }
            var token = SpecialToken(tokens[id], id: Int32(id))
            token.isMark = type != .userDefined
            return token
        }
        switch kind {
        case "gpt2": return try bytePair(tokens, specials)
        case "llama":
            let scores = try numbers("scores", count: tokens.count)?.map { Float($0.number ?? 0) }
            guard let scores, scores.allSatisfy({ !$0.isNaN }) else {
                throw .malformed(path: path, reason: "tokenizer.ggml.scores is no list of as many numbers")
            }
            let bytes = (0...255).compactMap { byte in
                ids(of: .byte).first { tokens[$0] == LlamaTokenizer.name(ofByte: UInt8(byte)) }.map { Int32($0) }
            }
            return LlamaTokenizer(
                pieces: tokens.map { Array($0.replacing("\u{2581}", with: " ").utf8) }, scores: scores,
                joins: ids(of: .normal), bytes: bytes.count == 256 ? bytes : nil,
                unknown: ids(of: .unknown).first.map { Int32($0) },
                addsSpace: settings["tokenizer.ggml.add_space_prefix"]?.truth ?? true, specialTokens: specials,
                beginOfText: beginOfText(isUsual: true), endOfText: id("eos", below: tokens.count))
        default: throw .unsupported(path: path, what: "a tokenizer of the type \(kind) (gpt2 and llama are known)")
        }

        func beginOfText(isUsual: Bool) -> Int32? {
            settings["tokenizer.ggml.add_bos_token"]?.truth ?? isUsual ? id("bos", below: tokens.count) : nil
        }

        func bytePair(
            _ tokens: [String], _ specials: [SpecialToken]
        ) throws(TokenizerError) -> BytePairTokenizer {
            let name = settings["tokenizer.ggml.pre"]?.text
            guard let words = Self.words[name ?? "gpt-2"] else {
                throw .unsupported(
                    path: path, what: "words cut as \(name ?? "") cuts them (gpt-2, llama-bpe and qwen2 are known)")
            }
            guard let pairs = settings["tokenizer.ggml.merges"]?.texts else {
                throw .malformed(path: path, reason: "tokenizer.ggml.merges is no list of texts")
            }
            var merges: [(String, String)] = []
            for pair in pairs {
                let parts = pair.split(separator: " ", omittingEmptySubsequences: false)
                guard parts.count == 2 else {
                    throw .malformed(path: path, reason: "\(pair.prefix(40)) of tokenizer.ggml.merges is no pair")
                }
                merges.append((String(parts[0]), String(parts[1])))
            }
            var ids: [[UInt8]: Int] = [:]
            for (id, token) in tokens.enumerated() { ids[Array(token.utf8)] = id }
            return try BytePairTokenizer(
                ids: ids, pairs: merges, specialTokens: specials,
                beginOfText: beginOfText(isUsual: words == .llama3(digits: 3)),
                addsPrefixSpace: settings["tokenizer.ggml.add_space_prefix"]?.truth ?? false, pattern: words,
                takesWholeWords: words == .llama3(digits: 3), path: path)
        }
    }

    /// By what name llama.cpp knows the words that models keep apart.
    private static let words: [String: WordPattern] = [
        "gpt-2": .gpt2, "phi-2": .gpt2, "mpt": .gpt2, "olmo": .gpt2, "llama-bpe": .llama3(digits: 3),
        "llama3": .llama3(digits: 3), "llama-v3": .llama3(digits: 3), "qwen2": .llama3(digits: 1),
    ]

    /// What llama.cpp says of each token.
    private enum TokenType: Int {
        case normal = 1, unknown, control, userDefined, unused, byte
    }

    /// A list beside the tokens, where the file has it.
    private func numbers(_ name: String, count: Int) throws(TokenizerError) -> [Value]? {
        guard let value = settings["tokenizer.ggml.\(name)"] else { return nil }
        guard case .list(let values) = value, values.count == count else {
            throw .malformed(path: path, reason: "tokenizer.ggml.\(name) is no list of \(count) numbers")
        }
        return values
    }

    private func id(_ name: String, below count: Int) -> Int32? {
        tokenID(name).flatMap { $0 >= 0 && Int($0) < count ? $0 : nil }
    }
}
