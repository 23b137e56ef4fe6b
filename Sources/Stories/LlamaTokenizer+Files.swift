import Foundation

extension TokenizerFile {
    /// Whether spaces are marked as SentencePiece does it.
    var isSentencePiece: Bool {
        (normalizer?.steps ?? []).contains { $0.type == "Replace" || $0.type == "Prepend" }
            || (preTokenizer?.steps ?? []).contains { $0.type == "Metaspace" }
    }

    /// The `tokenizer.json` of a folder, where there is one; otherwise the path itself.
    static func path(in folder: String) -> String {
        let file = folder + "/tokenizer.json"
        return FileManager.default.fileExists(atPath: file) ? file : folder
    }
}

extension LlamaTokenizer {
    /// Reads a `tokenizer.json` of this kind, a folder that has one, or llama2.c's `tokenizer.bin`.
    ///
    /// - Parameter vocabulary: how many pieces llama2.c's file holds; nil reads to its end.
    public init(contentsOf path: String, vocabulary: Int? = nil) throws(TokenizerError) {
        let path = TokenizerFile.path(in: path.withHomeExpanded)
        guard path.hasSuffix(".json") else {
            try self.init(llama2c: path, vocabulary: vocabulary)
            return
        }
        let (file, ids) = try TokenizerFile.read(path)
        try self.init(file, ids: ids, path: path)
    }

    init(_ file: TokenizerFile, ids: [[UInt8]: Int], path: String) throws(TokenizerError) {
        func refuse(_ what: String?) throws(TokenizerError) {
            if let what { throw .unsupported(path: path, what: what) }
        }
        let spacing = try file.spacing(path)
        let (beginning, rest) = file.template
        try refuse(rest.first.map { "the post-processor \($0.type)" })
        if file.model.ignoreMerges == true { try refuse("whole words before pairs (ignore_merges)") }
        guard let pairs = file.model.merges else {
            throw .malformed(path: path, reason: "its model has no vocab or no merges")
        }
        let specialTokens = file.addedTokens.map(\.specialToken)
        let highest = try TokenizerFile.highestID(of: ids.values, specialTokens, path: path)
        var pieces = [[UInt8]](repeating: [], count: highest + 1)
        var alphabet = Alphabet()
        for (piece, id) in ids {
            pieces[id] = piece.replacing(Self.spaceMark, with: " ".utf8)
            let scalars = String(decoding: pieces[id], as: UTF8.self).unicodeScalars
            if scalars.count == 1, let scalar = scalars.first { alphabet.characters[scalar.value] = Int32(id) }
        }
        func id(_ piece: String) -> Int32? { ids[Array(piece.utf8)].map { Int32($0) } }
        if file.model.byteFallback == true {
            let bytes = (0...255).map { id(Self.name(ofByte: UInt8($0))) }
            // Bytes of which one is missing are never used.
            alphabet.bytes = bytes.contains(nil) ? nil : bytes.compactMap { $0 }
            for (byte, id) in (alphabet.bytes ?? []).enumerated() { pieces[Int(id)] = [UInt8(byte)] }
        }
        alphabet.unknown = file.model.unkToken.flatMap(id)
        alphabet.fusesUnknown = file.model.fuseUnk ?? false
        for special in specialTokens {
            let text = Array(special.text.utf8)
            let spaced =
                special.isFound == .inSpacedText ? Self.spaced(text, prefixed: spacing.prefix == .everyPart) : text
            pieces[Int(special.id)] = special.isMark ? [] : spaced
        }
        var merges: [BytePairTokenizer.Merge] = []
        merges.reserveCapacity(pairs.count)
        for pair in pairs {
            guard let left = id(pair.left), let right = id(pair.right), let joined = id(pair.left + pair.right) else {
                throw .malformed(
                    path: path, reason: "the pair \(pair.left) \(pair.right) has a part that is not in the vocabulary")
            }
            merges.append(BytePairTokenizer.Merge(left: left, right: right, id: joined))
        }
        self.init(
            pieces: pieces, merges: merges, alphabet: alphabet, spacing: spacing, specialTokens: specialTokens,
            beginOfText: beginning)
    }

    /// A tokenizer of pieces with scores, of which the best-scored neighbours are joined first, as SentencePiece's own
    /// files and llama.cpp's have them.
    ///
    /// - Parameters:
    ///   - pieces: the bytes of each id, with plain spaces.
    ///   - joins: the ids that text can become, besides bytes and special tokens.
    ///   - bytes: the ids of the 256 bytes, where there are any.
    package init(
        pieces: [[UInt8]], scores: [Float], joins: some Sequence<Int>, bytes: [Int32]?, unknown: Int32?,
        addsSpace: Bool, specialTokens: [SpecialToken], beginOfText: Int32?, endOfText: Int32?
    ) {
        var alphabet = Alphabet(bytes: bytes, unknown: unknown)
        var ids: [[UInt8]: Int32] = [:]
        for id in joins where !pieces[id].isEmpty && ids[pieces[id]] == nil {
            ids[pieces[id]] = Int32(id)
            let scalars = String(decoding: pieces[id], as: UTF8.self).unicodeScalars
            if scalars.count == 1, let scalar = scalars.first { alphabet.characters[scalar.value] = Int32(id) }
        }
        var merges: [BytePairTokenizer.Merge] = []
        // A piece of a thousand bytes is no word of anyone's, and has too many parts to look at.
        for (piece, id) in ids where piece.count <= 1000 {
            for cut in piece.indices.dropFirst() where piece[cut] & 0xC0 != 0x80 {
                if let left = ids[Array(piece[..<cut])], let right = ids[Array(piece[cut...])] {
                    merges.append(BytePairTokenizer.Merge(left: left, right: right, id: id))
                }
            }
        }
        merges.sort { a, b in
            let (first, second) = (scores[Int(a.id)], scores[Int(b.id)])
            return first != second ? first > second : (a.id, a.left) < (b.id, b.left)
        }
        var ranks: [UInt32] = []
        for (place, merge) in merges.enumerated() {
            let isNext = place > 0 && scores[Int(merges[place - 1].id)] != scores[Int(merge.id)]
            ranks.append((ranks.last ?? 0) + (isNext ? 1 : 0))
        }
        var spelled = pieces
        for (byte, id) in (bytes ?? []).enumerated() { spelled[Int(id)] = [UInt8(byte)] }
        for special in specialTokens { spelled[Int(special.id)] = special.isMark ? [] : Array(special.text.utf8) }
        self.init(
            pieces: spelled, merges: merges, ranks: ranks, alphabet: alphabet,
            spacing: Spacing(prefix: addsSpace ? .everyPart : .none), specialTokens: specialTokens,
            beginOfText: beginOfText, endOfText: endOfText)
    }

    /// Reads llama2.c's file: the longest piece's length, then each piece's score, length and bytes. `<unk>`, `<s>` and
    /// `</s>` come first, then the 256 bytes.
    private init(llama2c path: String, vocabulary: Int?) throws(TokenizerError) {
        let data = try TokenizerFile.data(path)
        var pieces: [[UInt8]] = []
        var scores: [Float] = []
        let failure: String? = data.withUnsafeBytes { bytes in
            guard bytes.count >= 4 else { return "it is shorter than its header" }
            var offset = 4
            while offset < bytes.count, pieces.count < vocabulary ?? .max {
                guard offset + 8 <= bytes.count else { return "it ends within piece \(pieces.count)" }
                let score = bytes.loadUnaligned(fromByteOffset: offset, as: Float.self)
                let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 4, as: Int32.self))
                offset += 8
                guard length >= 0, length <= bytes.count - offset else {
                    return "piece \(pieces.count) claims \(length) bytes, \(bytes.count - offset) are left"
                }
                guard !score.isNaN else { return "the score of piece \(pieces.count) is not a number" }
                pieces.append(Array(bytes[offset..<offset + length]))
                scores.append(score)
                offset += length
            }
            return nil
        }
        if let failure { throw .malformed(path: path, reason: failure) }
        let firstPiece = 3 + 256
        guard pieces.count >= firstPiece, vocabulary.map({ $0 == pieces.count }) ?? true else {
            throw .malformed(path: path, reason: "it holds only \(pieces.count) pieces")
        }
        let marks = ["<unk>", "<s>", "</s>"].enumerated().map { id, text in
            var mark = SpecialToken(text, id: Int32(id))
            mark.isFound = .nowhere
            return mark
        }
        self.init(
            pieces: pieces, scores: scores, joins: firstPiece..<pieces.count, bytes: (3..<Int32(firstPiece)).map { $0 },
            unknown: 0, addsSpace: true, specialTokens: marks, beginOfText: 1, endOfText: 2)
    }

    /// What SentencePiece calls a byte: `<0x0A>`.
    package static func name(ofByte byte: UInt8) -> String {
        "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
    }
}

extension TokenizerFile {
    /// Where spaces are put and where words are cut, by the normalizer and the pre-tokenizer.
    fileprivate func spacing(_ path: String) throws(TokenizerError) -> LlamaTokenizer.Spacing {
        let mark = "\u{2581}"
        var spacing = LlamaTokenizer.Spacing(prefix: .none)
        var marksSpaces = false
        for step in normalizer?.steps ?? [] {
            switch step.type {
            case "Prepend" where step.prepend == mark && !marksSpaces: spacing.prefix = .everyPart
            case "Replace" where step.pattern == ["String": " "] && step.content == mark: marksSpaces = true
            default: throw .unsupported(path: path, what: "the normalizer \(step.type)")
            }
        }
        for step in preTokenizer?.steps ?? [] {
            guard step.type == "Metaspace", step.replacement == mark, spacing.prefix == .none else {
                throw .unsupported(path: path, what: "the pre-tokenizer \(step.type)")
            }
            switch step.prependScheme ?? (step.addPrefixSpace == false ? "never" : "always") {
            case "always": spacing.prefix = .everyPartWithout
            case "first": spacing.prefix = .textWithout
            case "never": spacing.prefix = .none
            case let scheme: throw .unsupported(path: path, what: "spaces prepended by the scheme \(scheme)")
            }
            spacing.splitsWords = step.split ?? true
            marksSpaces = true
        }
        guard marksSpaces else { throw .unsupported(path: path, what: "spaces that are not marked by \(mark)") }
        return spacing
    }
}
