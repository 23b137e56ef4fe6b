import Synchronization

/// What turns words into ids: the rules, and the words that were met before.
final class BytePairEngine: Sendable {
    private let byteIDs: [Int32]
    private let merges: Merges
    private let pattern: WordPattern
    /// The words that are one id before any pair is looked at.
    private let wholeWords: [[UInt8]: Int32]
    /// The caches that no thread uses at the moment.
    private let idle = Mutex<[Cache]>([])

    init(
        byteIDs: [Int32], merges: [BytePairTokenizer.Merge], pattern: WordPattern, wholeWords: [[UInt8]: Int32]
    ) {
        self.byteIDs = byteIDs
        (self.pattern, self.wholeWords) = (pattern, wholeWords)
        self.merges = Merges(merges)
    }

    /// Words that were encoded before, with their ids. A text holds few distinct words, so most are only looked up.
    private struct Cache {
        static let longestWord = 48
        static let mostWords = 1 << 18

        var words = WordTable()
        /// Where the ids of each word end in `ids`.
        var ends: [Int] = [0]
        var ids: [Int32] = []
    }

    /// Encodes valid UTF-8 into memory with room for an id a byte, and says how many ids there are.
    func encode(_ text: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<Int32>) -> Int {
        switch pattern {
        case .gpt2: return encode(text, cutBy: GPT2Words(text), to: output)
        case .llama3(let digits):
            var words = Llama3Words(text)
            words.digits = digits
            return encode(text, cutBy: words, to: output)
        }
    }

    @inline(__always)
    private func encode(
        _ text: UnsafeBufferPointer<UInt8>, cutBy scanner: some WordScanner, to output: UnsafeMutablePointer<Int32>
    ) -> Int {
        guard let base = text.baseAddress else { return 0 }
        var cache = idle.withLock { $0.popLast() } ?? Cache()
        defer { idle.withLock { [cache] in $0.append(cache) } }
        if cache.words.count > Cache.mostWords { cache = Cache() }

        var start = 0
        var written = 0
        while start < text.count {
            let end = scanner.endOfWord(from: start)
            let length = end - start
            if length > Cache.longestWord {
                let ids = joined(UnsafeBufferPointer(start: base + start, count: length))
                for id in ids {
                    output[written] = id
                    written += 1
                }
            } else {
                let (number, isNew) = cache.words.number(of: base + start, length)
                if isNew {
                    cache.ids += joined(UnsafeBufferPointer(start: base + start, count: length))
                    cache.ends.append(cache.ids.count)
                }
                for index in cache.ends[number]..<cache.ends[number + 1] {
                    output[written] = cache.ids[index]
                    written += 1
                }
            }
            start = end
        }
        return written
    }

    private func joined(_ word: UnsafeBufferPointer<UInt8>) -> [Int32] {
        if !wholeWords.isEmpty, let id = wholeWords[Array(word)] { return [id] }
        var ids = word.map { byteIDs[Int($0)] }
        merges.join(&ids)
        return ids
    }
}
