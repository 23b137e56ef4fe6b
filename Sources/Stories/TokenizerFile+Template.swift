extension TokenizerFile {
    /// The special token that the post-processor puts before each text, and the steps that do anything else.
    var template: (beginning: Int32?, rest: [Part]) {
        var beginning: Int32?
        var rest: [Part] = []
        for step in postProcessor?.steps ?? [] {
            let slots = step.single ?? []
            // A text alone, or one special token and the text.
            if step.type == "TemplateProcessing", beginning == nil, slots.count <= 2, slots.last?.specialToken == nil,
                let mark = slots.count == 2 ? slots[0].specialToken : nil, let ids = step.specialTokens?[mark.id]?.ids,
                ids.count == 1
            {
                beginning = ids[0]
            } else if step.type != "TemplateProcessing" || slots.count != 1 || slots[0].specialToken != nil {
                rest.append(step)
            }
        }
        return (beginning, rest)
    }
}

/// Reads a tokenizer of either kind: byte-level BPE as GPT-2 has it, or SentencePiece's BPE as Llama has it.
///
/// - Parameter path: a `tokenizer.json`, llama2.c's `tokenizer.bin`, or a folder with a `tokenizer.json`, or else with
///   GPT-2's `vocab.json` and `merges.txt`.
/// - Throws: `TokenizerError` that says what is wrong with the file, or what it asks for that is not supported.
public func loadTokenizer(_ path: String) throws(TokenizerError) -> any StorableTokenizer {
    let path = path.withHomeExpanded
    if path.hasSuffix(".bin") { return try LlamaTokenizer(contentsOf: path) }
    let file = TokenizerFile.path(in: path)
    guard file.hasSuffix(".json"), !file.hasSuffix("/vocab.json") else {
        return try BytePairTokenizer(contentsOf: path)
    }
    let (contents, ids) = try TokenizerFile.read(file)
    return contents.isSentencePiece
        ? try LlamaTokenizer(contents, ids: ids, path: file) : try BytePairTokenizer(contents, ids: ids, path: file)
}
