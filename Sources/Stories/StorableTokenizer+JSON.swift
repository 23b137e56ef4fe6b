import Foundation

// What tokenizer.json says of every kind of tokenizer in the same way.
extension StorableTokenizer {
    /// The special tokens, as a JSON list.
    var addedTokens: String {
        let added = specialTokens.sorted { $0.id < $1.id }.map { token in
            """
                {"id": \(token.id), "content": \(token.text.asJSON), "single_word": false, \
            "lstrip": \(token.takesSpaceBefore), "rstrip": \(token.takesSpaceAfter), \
            "normalized": \(token.isFound == .inSpacedText), "special": \(token.isMark)}
            """
        }
        return "[\n\(added.joined(separator: ",\n"))\n  ]"
    }

    /// The step that puts a special token before each text.
    func template(_ beginning: Int32) -> String {
        let name = (name(of: beginning) ?? "").asJSON
        func slots(_ texts: [String]) -> String {
            texts.enumerated().map { number, text in
                #"{"SpecialToken": {"id": \#(name), "type_id": \#(number)}}, "#
                    + #"{"Sequence": {"id": "\#(text)", "type_id": \#(number)}}"#
            }.joined(separator: ", ")
        }
        return #"{"type": "TemplateProcessing", "single": [\#(slots(["A"]))], "pair": [\#(slots(["A", "B"]))], "#
            + #""special_tokens": {\#(name): {"id": \#(name), "ids": [\#(beginning)], "tokens": [\#(name)]}}}"#
    }

    private func name(of id: Int32) -> String? { specialTokens.first { $0.id == id }?.text }

    /// Writes the tokenizer's two files.
    func save(_ json: String, to folder: String) throws(TokenizerError) {
        let folder = folder.withHomeExpanded
        let ending = endOfText.flatMap(name)
        var settings = ["tokenizer_class": "PreTrainedTokenizerFast"]
        settings["bos_token"] = beginOfText.flatMap(name) ?? ending
        settings["eos_token"] = ending
        settings["unk_token"] = specialTokens.first { $0.text == "<unk>" }?.text ?? ending
        let lines = settings.sorted { $0.key < $1.key }.map { "  \($0.key.asJSON): \($0.value.asJSON)" }
        do throws(FileError) {
            try AtomicFile.write(json.utf8, to: folder + "/tokenizer.json")
            try AtomicFile.write(
                "{\n\(lines.joined(separator: ",\n"))\n}\n".utf8, to: folder + "/tokenizer_config.json")
        } catch {
            throw .unwritable(path: error.path, reason: error.reason)
        }
    }
}

extension String {
    /// The text as a JSON string, in quotes.
    var asJSON: String {
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
