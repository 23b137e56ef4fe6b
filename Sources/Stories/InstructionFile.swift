/// Records of TinyStoriesInstruct in a text file, separated by `<|endoftext|>`.
struct InstructionFile: StorySource {
    private let texts: SeparatedFile

    init(_ path: String) throws(CorpusError) {
        texts = try SeparatedFile(path, separator: TextFile.separator)
    }

    var partCount: Int { texts.partCount }

    var digest: UInt64 {
        var digest = Digest(of: "instructions")
        digest.combine(texts.digest)
        return digest.value
    }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        records(part: part, problem: problem) { record in
            var text = record.text
            text.withUTF8 { story(UnsafeRawBufferPointer($0)) }
        }
    }

    func records(part: Int, problem: (CorpusError) -> Void, _ body: (InstructionRecord) -> Void) {
        texts.read(part: part) { text, offset in
            let parser = InstructionParser(String(decoding: text, as: UTF8.self))
            for found in parser.problems {
                let line = texts.line(at: offset) + found.line - 1
                problem(.malformed(path: texts.file.path, line: line, reason: found.reason + " and is left out"))
            }
            parser.records.forEach(body)
        }
    }
}

extension Corpus {
    /// The records of a TinyStoriesInstruct file, each as the text that a model learns: prompt and story.
    ///
    /// Records that run together are split; what lost its story is left out and listed in `problems`.
    public init(instructions path: String) throws(CorpusError) {
        self.init(name: path, source: try InstructionFile(path))
    }

    /// The instruction records of a corpus, read field by field from its texts.
    public var records: some Sequence<InstructionRecord> {
        lazy.flatMap { InstructionParser($0.text).records }
    }
}
