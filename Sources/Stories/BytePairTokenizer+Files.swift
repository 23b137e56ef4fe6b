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
        let ids: [String: Int] = try TokenizerFile.decode(vocabularyPath)
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
        let specials = specialTokens.compactMap { text in ids[text].map { SpecialToken(text, id: Int32($0)) } }
        try self.init(ids: ids, pairs: pairs, specialTokens: specials, path: path)
    }

    private init(tokenizerFile path: String) throws(TokenizerError) {
        let file: TokenizerFile = try TokenizerFile.decode(path)
        func refuse(_ what: String?) throws(TokenizerError) {
            if let what { throw .unsupported(path: path, what: what) }
        }
        try refuse(file.model.unsupported)
        try refuse(file.normalizer.map { "the normalizer \($0.type)" })
        guard let words = file.preTokenizer?.byteLevel else {
            throw .unsupported(path: path, what: "the pre-tokenizer \(file.preTokenizer?.type ?? "none")")
        }
        if words.useRegex == false { try refuse("ByteLevel without its pattern") }
        if let after = file.postProcessor, after.byteLevel == nil { try refuse("the post-processor \(after.type)") }
        try refuse(file.addedTokens.first { $0.singleWord }.map { "the single-word token \($0.content)" })
        guard let ids = file.model.vocab, let merges = file.model.merges else {
            throw .malformed(path: path, reason: "its model has no vocab or no merges")
        }
        let specials = file.addedTokens.map(\.specialToken)
        try self.init(
            ids: ids, pairs: merges.map { ($0.left, $0.right) }, specialTokens: specials,
            addsPrefixSpace: words.addPrefixSpace ?? false, path: path)
    }

    private init(
        ids: [String: Int], pairs: [(String, String)], specialTokens: [SpecialToken], addsPrefixSpace: Bool = false,
        path: String
    ) throws(TokenizerError) {
        let most = ids.count + specialTokens.count
        let highest = max(ids.values.max() ?? 0, specialTokens.map { Int($0.id) }.max() ?? 0)
        // A few ids may be unused; a file that leaves most of them out would only take memory.
        guard ids.values.allSatisfy({ $0 >= 0 }), specialTokens.allSatisfy({ $0.id >= 0 }), highest < 4 * most + 1024
        else { throw .malformed(path: path, reason: "its ids go up to \(highest), with \(most) pieces") }

        var pieces = [[UInt8]](repeating: [], count: most == 0 ? 0 : highest + 1)
        for (piece, id) in ids { pieces[id] = ByteAlphabet.bytes(of: piece) }
        for special in specialTokens { pieces[Int(special.id)] = Array(special.text.utf8) }
        var merges: [Merge] = []
        merges.reserveCapacity(pairs.count)
        for (left, right) in pairs {
            guard let leftID = ids[left], let rightID = ids[right], let id = ids[left + right] else {
                throw .malformed(
                    path: path, reason: "the pair \(left) \(right) has a part that is not in the vocabulary")
            }
            merges.append(Merge(left: Int32(leftID), right: Int32(rightID), id: Int32(id)))
        }
        try self.init(
            pieces: pieces, merges: merges, specialTokens: specialTokens, addsPrefixSpace: addsPrefixSpace)
    }

    /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder, which `tokenizers` and `transformers` open.
    public func save(to folder: String) throws {
        let folder = folder.withHomeExpanded
        try AtomicFile.write(Data(tokenizerJSON.utf8), to: folder + "/tokenizer.json")
        var settings = ["tokenizer_class": "PreTrainedTokenizerFast"]
        if let endOfText {
            let text = String(decoding: bytes(of: endOfText), as: UTF8.self)
            for name in ["bos_token", "eos_token", "unk_token"] { settings[name] = text }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(encoder.encode(settings), to: folder + "/tokenizer_config.json")
    }

    /// The tokenizer as Hugging Face's `tokenizers` stores it.
    var tokenizerJSON: String {
        let names = pieces.map { ByteAlphabet.piece(of: $0).asJSON }
        let specialIDs = Set(specialTokens.map { Int($0.id) })
        let added = specialTokens.sorted { $0.id < $1.id }.map { token in
            """
                {"id": \(token.id), "content": \(token.text.asJSON), "single_word": false, \
            "lstrip": \(token.takesSpaceBefore), "rstrip": \(token.takesSpaceAfter), \
            "normalized": false, "special": \(token.isMark)}
            """
        }
        let vocabulary = pieces.indices.filter { !pieces[$0].isEmpty }.map { id in
            let name = specialIDs.contains(id) ? String(decoding: pieces[id], as: UTF8.self).asJSON : names[id]
            return "      \(name): \(id)"
        }
        let pairs = merges.map { "      [\(names[Int($0.left)]), \(names[Int($0.right)])]" }
        let byteLevel = #""type": "ByteLevel", "trim_offsets": true, "use_regex": true"#
        return """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [
            \(added.joined(separator: ",\n"))
              ],
              "normalizer": null,
              "pre_tokenizer": {\(byteLevel), "add_prefix_space": \(addsPrefixSpace)},
              "post_processor": {\(byteLevel), "add_prefix_space": \(addsPrefixSpace)},
              "decoder": {\(byteLevel), "add_prefix_space": \(addsPrefixSpace)},
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": null,
                "continuing_subword_prefix": null,
                "end_of_word_suffix": null,
                "fuse_unk": false,
                "byte_fallback": false,
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
}

extension String {
    /// The text as a JSON string, in quotes.
    fileprivate var asJSON: String {
        var json = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
