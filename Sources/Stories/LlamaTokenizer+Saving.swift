extension LlamaTokenizer {
    public func save(to folder: String) throws(TokenizerError) { try save(tokenizerJSON, to: folder) }

    /// The tokenizer as Hugging Face's `tokenizers` stores it.
    private var tokenizerJSON: String {
        let names = names.map(\.asJSON)
        let vocabulary = pieces.indices.filter { names[$0] != "\"\"" }.map { "      \(names[$0]): \($0)" }
        let pairs = merges.map { "      [\(names[Int($0.left)]), \(names[Int($0.right)])]" }
        let unknown = alphabet.unknown.map { names[Int($0)] } ?? "null"
        return """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": \(addedTokens),
              "normalizer": \(normalizer),
              "pre_tokenizer": \(preTokenizer),
              "post_processor": \(beginOfText.map(template) ?? "null"),
              "decoder": {"type": "Sequence", "decoders": [\(decoders)]},
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": \(unknown),
                "continuing_subword_prefix": null,
                "end_of_word_suffix": null,
                "fuse_unk": \(alphabet.fusesUnknown),
                "byte_fallback": \(alphabet.bytes != nil),
                "ignore_merges": false,
                "vocab": {
            \(vocabulary.joined(separator: ",\n"))
                },
                "merges": [
            \(pairs.joined(separator: ",\n"))
                ]
              }
            }

            """
    }

    /// What the file calls each id.
    private var names: [String] {
        var names = pieces.map { piece in
            String(decoding: piece.flatMap { $0 == UInt8(ascii: " ") ? Self.spaceMark : [$0] }, as: UTF8.self)
        }
        for (byte, id) in (alphabet.bytes ?? []).enumerated() { names[Int(id)] = Self.name(ofByte: UInt8(byte)) }
        for special in specialTokens { names[Int(special.id)] = special.text }
        return names
    }

    private var normalizer: String {
        guard spacing.prefix == .everyPart || spacing.prefix == .none && !spacing.splitsWords else { return "null" }
        let prepend = spacing.prefix == .everyPart ? #"{"type": "Prepend", "prepend": "▁"}, "# : ""
        return #"{"type": "Sequence", "normalizers": [\#(prepend)"#
            + #"{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}"#
    }

    private var preTokenizer: String {
        guard normalizer == "null" else { return "null" }
        let scheme =
            switch spacing.prefix {
            case .none: "never"
            case .everyPart, .everyPartWithout: "always"
            case .textWithout: "first"
            }
        return #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "\#(scheme)", "#
            + #""split": \#(spacing.splitsWords)}"#
    }

    private var decoders: String {
        let strip = spacing.prefix == .none ? "" : #", {"type": "Strip", "content": " ", "start": 1, "stop": 0}"#
        return #"{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, "#
            + #"{"type": "Fuse"}\#(strip)"#
    }
}
