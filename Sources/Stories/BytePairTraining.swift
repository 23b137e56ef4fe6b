import Notebook

/// Learns a byte-level BPE from a corpus, with the ids that Hugging Face's `BpeTrainer` gives.
public struct BytePairTraining: TokenizerRecipe {
    /// How many ids there will be at most.
    public var vocabulary: Int
    /// How often a pair has to stand in the corpus to be joined.
    public var minimumFrequency: Int
    /// Texts that get the first ids.
    public var specialTokens: [String]

    /// A recipe for a vocabulary of the given size.
    public init(vocabulary: Int, minimumFrequency: Int = 2, specialTokens: [String] = ["<|endoftext|>"]) {
        self.vocabulary = vocabulary
        self.minimumFrequency = minimumFrequency
        self.specialTokens = specialTokens
    }

    /// Reads all stories of a corpus and joins the most frequent pairs.
    ///
    /// What takes more than a second or two, from about 100 MB on, is kept in the cache.
    public func tokenizer(for corpus: Corpus) throws -> any Tokenizer {
        guard corpus.source.partCount > 100 else {
            return try BytePairTokenizer(training: self, on: WordCounts(of: corpus))
        }
        let folder = StoryFolder.cache + "/tokenizers/" + digest(on: corpus).hexadecimal
        if let learned = try? BytePairTokenizer(contentsOf: folder) { return learned }
        let tokenizer = try BytePairTokenizer(training: self, on: WordCounts(of: corpus))
        // Without a place to keep it, it is learned again the next time.
        try? tokenizer.save(to: folder)
        return tokenizer
    }

    private func digest(on corpus: Corpus) -> UInt64 {
        var digest = Digest(of: "byte-level BPE, first version")
        digest.combine(corpus.source.digest)
        digest.combine(UInt64(bitPattern: Int64(vocabulary)))
        digest.combine(UInt64(bitPattern: Int64(minimumFrequency)))
        for token in specialTokens { digest.combine(Array(token.utf8)) }
        return digest.value
    }
}

extension TokenizerRecipe where Self == BytePairTraining {
    /// A byte-level BPE that is learned from the corpus.
    public static func bytePair(
        vocabulary: Int, minimumFrequency: Int = 2, specialTokens: [String] = ["<|endoftext|>"]
    ) -> BytePairTraining {
        BytePairTraining(
            vocabulary: vocabulary, minimumFrequency: minimumFrequency, specialTokens: specialTokens)
    }
}

extension BytePairTokenizer {
    init(training recipe: BytePairTraining, on counts: WordCounts) throws(TokenizerError) {
        let least = 256 + recipe.specialTokens.count
        guard recipe.vocabulary >= least else {
            throw .tooSmall(vocabulary: recipe.vocabulary, least: least)
        }
        // The specials first, then the bytes in the order of the characters that stand for them.
        let bytes = (0...255).map { UInt8($0) }.sorted {
            ByteAlphabet.characters[Int($0)] < ByteAlphabet.characters[Int($1)]
        }
        var pieces = recipe.specialTokens.map { Array($0.utf8) } + bytes.map { [$0] }
        var byteIDs = [Int32](repeating: 0, count: 256)
        for (offset, byte) in bytes.enumerated() {
            byteIDs[Int(byte)] = Int32(recipe.specialTokens.count + offset)
        }
        var learner = PairLearner(counts, byteIDs: byteIDs)
        var ids = [[UInt8]: Int32]()
        for (id, piece) in pieces.enumerated() { ids[piece] = Int32(id) }
        var merges: [Merge] = []
        while pieces.count < recipe.vocabulary,
            let (left, right) = learner.mostFrequentPair(atLeast: recipe.minimumFrequency)
        {
            let piece = pieces[Int(left)] + pieces[Int(right)]
            let id = ids[piece] ?? Int32(pieces.count)
            if id == pieces.count {
                pieces.append(piece)
                ids[piece] = id
            }
            merges.append(Merge(left: left, right: right, id: id))
            learner.join(left, right, into: id)
        }
        let specials = recipe.specialTokens.enumerated().map { SpecialToken($1, id: Int32($0)) }
        try self.init(pieces: pieces, merges: merges, specialTokens: specials)
    }
}
