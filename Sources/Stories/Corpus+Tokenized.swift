import Foundation
import Notebook

extension Corpus {
    /// The stories as token ids, from the cache or made on all cores.
    ///
    /// - Parameter recipe: a tokenizer, or a way to learn one: `.bytePair(vocabulary: 4096)`.
    public func tokenized(by recipe: some TokenizerRecipe) throws -> TokenizedStories {
        let tokenizer = try recipe.tokenizer(for: self)
        let corpusDigest = source.digest
        let tokenizerDigest = tokenizer.digest
        let path = StoryFolder.cache + "/tokens/\(corpusDigest.hexadecimal)-\(tokenizerDigest.hexadecimal).tokens"
        if let file = try? TokenFile(path), file.header.corpusDigest == corpusDigest,
            file.header.tokenizerDigest == tokenizerDigest
        {
            return try TokenizedStories(file, tokenizer: tokenizer, corpus: name)
        }
        let writer = try TokenFileWriter(path, vocabularySize: tokenizer.vocabularySize)
        var brokenCount = 0
        var firstBroken: CorpusError?
        // Short work needs no bar.
        let bar = source.partCount > 100 ? ProgressBar("Tokens of \(name)", total: source.partCount) : nil
        // A few parts a core at a time: the order stays, and the memory does not grow with the corpus.
        for first in stride(from: 0, to: source.partCount, by: 4 * Cores.count) {
            let parts = first..<Swift.min(first + 4 * Cores.count, source.partCount)
            let blocks = try Cores.map(parts) { part in
                var block = TokenBlock()
                var broken: [CorpusError] = []
                source.read(part: part, story: { block.append($0, by: tokenizer) }, problem: { broken.append($0) })
                return (block, broken)
            }
            for (block, broken) in blocks {
                try writer.append(block)
                brokenCount += broken.count
                firstBroken = firstBroken ?? broken.first
            }
            bar?.advance(to: parts.upperBound)
        }
        try writer.finish(
            vocabularySize: tokenizer.vocabularySize, tokenizerDigest: tokenizerDigest, corpusDigest: corpusDigest)
        if let firstBroken {
            print("\(brokenCount) places of \(name) are left out (problems lists them), the first: \(firstBroken)")
        }
        return try TokenizedStories(TokenFile(path), tokenizer: tokenizer, corpus: name)
    }
}
