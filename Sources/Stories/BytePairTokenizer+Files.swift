import Foundation

extension BytePairTokenizer {
    /// Reads a tokenizer as Hugging Face stores it: a `tokenizer.json`, or a folder that has one, or else has a
    /// `vocab.json` and a `merges.txt`.
    public init(contentsOf path: String) throws(TokenizerError) {
        let path = path.withHomeExpanded
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            try self.init(tokenizerFile: path)
            return
        }
        let file = path + "/tokenizer.json"
        if FileManager.default.fileExists(atPath: file) {
            try self.init(tokenizerFile: file)
        } else {
            try self.init(vocabulary: path + "/vocab.json", merges: path + "/merges.txt")
        }
    }

    /// Reads the two files of GPT-2: the ids of all pieces, and the pairs to join, one a line, the first first.
    ///
    /// - Parameter specialTokens: pieces of the vocabulary that are one id wherever they stand; those that the
    ///   vocabulary does not have are left out.
    public init(
        vocabulary: String, merges: String, specialTokens: [String] = ["<|endoftext|>"]
    ) throws(TokenizerError) {
        let vocabularyPath = vocabulary.withHomeExpanded
        let ids = try TokenizerFile.ids(vocabularyPath)
        let path = merges.withHomeExpanded
        let lines = String(decoding: try TokenizerFile.data(path), as: UTF8.self).split(whereSeparator: \.isNewline)
        var pairs: [(String, String)] = []
        for (number, line) in lines.enumerated() where !line.hasPrefix("#version") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw .malformed(path: path, reason: "line \(number + 1) is no pair: \(line.prefix(40))")
            }
            pairs.append((String(parts[0]), String(parts[1])))
        }
        let specials = specialTokens.compactMap { text in
            ids[Array(text.utf8)].map { SpecialToken(text, id: Int32(clamping: $0)) }
        }
        try self.init(ids: ids, pairs: pairs, specialTokens: specials, path: path)
    }

    private init(tokenizerFile path: String) throws(TokenizerError) {
        let (file, ids) = try TokenizerFile.read(path)
        try self.init(file, ids: ids, path: path)
    }

    init(_ file: TokenizerFile, ids: [[UInt8]: Int], path: String) throws(TokenizerError) {
        func refuse(_ what: String?) throws(TokenizerError) {
            if let what { throw .unsupported(path: path, what: what) }
        }
        if file.model.byteFallback == true { try refuse("byte fallback (LlamaTokenizer and loadTokenizer read it)") }
        try refuse(file.normalizer.map { "the normalizer \($0.type)" })
        let words = try file.words(path)
        // ByteLevel after encoding only moves offsets; a template names the mark that opens a text.
        let (beginning, rest) = file.template
        try refuse(rest.first { $0.type != "ByteLevel" }.map { "the post-processor \($0.type)" })
        guard let merges = file.model.merges else {
            throw .malformed(path: path, reason: "its model has no vocab or no merges")
        }
        try self.init(
            ids: ids, pairs: merges.map { ($0.left, $0.right) }, specialTokens: file.addedTokens.map(\.specialToken),
            beginOfText: beginning, addsPrefixSpace: words.addsPrefixSpace, pattern: words.pattern,
            takesWholeWords: file.model.ignoreMerges ?? false, path: path)
    }

    /// A tokenizer of pieces by their ids, and of the pairs to join.
    package init(
        ids: [[UInt8]: Int], pairs: [(String, String)], specialTokens: [SpecialToken], beginOfText: Int32? = nil,
        addsPrefixSpace: Bool = false, pattern: WordPattern = .gpt2, takesWholeWords: Bool = false, path: String
    ) throws(TokenizerError) {
        let highest = try TokenizerFile.highestID(of: ids.values, specialTokens, path: path)
        var pieces = [[UInt8]](repeating: [], count: ids.isEmpty && specialTokens.isEmpty ? 0 : highest + 1)
        for (piece, id) in ids { pieces[id] = ByteAlphabet.bytes(of: String(decoding: piece, as: UTF8.self)) }
        for special in specialTokens { pieces[Int(special.id)] = Array(special.text.utf8) }
        var merges: [Merge] = []
        merges.reserveCapacity(pairs.count)
        for (left, right) in pairs {
            guard let leftID = ids[Array(left.utf8)], let rightID = ids[Array(right.utf8)],
                let id = ids[Array(left.utf8) + Array(right.utf8)]
            else {
                throw .malformed(
                    path: path, reason: "the pair \(left) \(right) has a part that is not in the vocabulary")
            }
            merges.append(Merge(left: Int32(leftID), right: Int32(rightID), id: Int32(id)))
        }
        try self.init(
            pieces: pieces, merges: merges, specialTokens: specialTokens, beginOfText: beginOfText,
            addsPrefixSpace: addsPrefixSpace, pattern: pattern, takesWholeWords: takesWholeWords)
    }

    /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder, which `tokenizers` and `transformers` open.
    public func save(to folder: String) throws(TokenizerError) { try save(tokenizerJSON, to: folder) }

    /// The tokenizer as Hugging Face's `tokenizers` stores it.
    var tokenizerJSON: String {
        let names = pieces.map { ByteAlphabet.piece(of: $0).asJSON }
        let specialIDs = Set(specialTokens.map { Int($0.id) })
        let vocabulary = pieces.indices.filter { !pieces[$0].isEmpty }.map { id in
            let name = specialIDs.contains(id) ? String(decoding: pieces[id], as: UTF8.self).asJSON : names[id]
            return "      \(name): \(id)"
        }
        let pairs = merges.map { "      [\(names[Int($0.left)]), \(names[Int($0.right)])]" }
        let byteLevel =
            #""type": "ByteLevel", "trim_offsets": true, "add_prefix_space": \#(addsPrefixSpace), "use_regex": "#
            + "\(pattern == .gpt2)"
        let split =
            #"{"type": "Split", "pattern": {"Regex": \#(pattern.expression.asJSON)}, "behavior": "Isolated", "#
            + #""invert": false}"#
        let words =
            pattern == .gpt2
            ? "{\(byteLevel)}" : #"{"type": "Sequence", "pretokenizers": [\#(split), {\#(byteLevel)}]}"#
        return """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": \(addedTokens),
              "normalizer": null,
              "pre_tokenizer": \(words),
              "post_processor": \(beginOfText.map(template) ?? "{\(byteLevel)}"),
              "decoder": {\(byteLevel)},
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": null,
                "continuing_subword_prefix": null,
                "end_of_word_suffix": null,
                "fuse_unk": false,
                "byte_fallback": false,
                "ignore_merges": \(takesWholeWords),
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
}

extension TokenizerFile {
    /// Which words are kept apart, and whether a space is put before a text: GPT-2's `ByteLevel`, or a `Split` by a known
    /// pattern before it.
    fileprivate func words(
        _ path: String
    ) throws(TokenizerError) -> (pattern: WordPattern, addsPrefixSpace: Bool) {
        let steps = preTokenizer?.steps ?? []
        guard let last = steps.last, last.type == "ByteLevel", steps.count <= 2 else {
            throw .unsupported(path: path, what: "the pre-tokenizer \(preTokenizer?.type ?? "none")")
        }
        let addsPrefixSpace = last.addPrefixSpace ?? false
        guard steps.count == 2 else {
            if last.useRegex == false { throw .unsupported(path: path, what: "ByteLevel without its pattern") }
            return (.gpt2, addsPrefixSpace)
        }
        let split = steps[0]
        guard split.type == "Split", split.behavior == "Isolated", split.invert != true, last.useRegex == false,
            !addsPrefixSpace, let pattern = (split.pattern?["Regex"]).flatMap(WordPattern.init(expression:))
        else {
            let pattern = split.pattern?["Regex"] ?? split.type
            throw .unsupported(path: path, what: "words cut by \(pattern) (GPT-2's, Llama 3's and Qwen 2's are known)")
        }
        return (pattern, false)
    }
}
