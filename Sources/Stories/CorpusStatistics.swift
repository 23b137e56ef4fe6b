import Notebook

/// What a corpus holds, counted.
public struct CorpusStatistics: Hashable, Sendable {
    /// How many stories there are.
    public let stories: Int
    /// How many bytes of text they have together.
    public let bytes: Int
    /// How many words each story has, in order: `Histogram(statistics.lengths)`.
    public let lengths: [Int]
    /// How many different words there are, in lower case.
    public let vocabulary: Int
    /// How many stories have the same text as an earlier one.
    public let duplicates: Int

    /// How many words there are.
    public var words: Int { lengths.reduce(0, +) }
}

extension Corpus {
    /// Counts stories, words and duplicates; reads the whole corpus on all cores.
    public func statistics() throws -> CorpusStatistics {
        struct Part: Sendable {
            var bytes = 0
            var lengths: [Int] = []
            var digests: [UInt64] = []
            var words = WordTable()
        }
        let slices = Swift.min(Cores.count, Swift.max(1, source.partCount))
        let parts = try Cores.map(0..<slices) { slice in
            var part = Part()
            var letters: [UInt8] = []
            for number in source.partCount * slice / slices..<source.partCount * (slice + 1) / slices {
                guard !Interruption.isRequested else { break }
                source.read(part: number) { story in
                    var count = 0
                    letters.removeAll(keepingCapacity: true)
                    func closeWord() {
                        guard !letters.isEmpty else { return }
                        letters.withUnsafeBytes { word in
                            if let base = word.baseAddress { _ = part.words.number(of: base, word.count) }
                        }
                        count += 1
                        letters.removeAll(keepingCapacity: true)
                    }
                    for byte in story {
                        // Letters beyond English are part of a word, and so is the apostrophe in "don't".
                        if byte.isASCIILetter {
                            letters.append(byte | 0x20)
                        } else if byte >= 0x80 || (byte == UInt8(ascii: "'") && !letters.isEmpty) {
                            letters.append(byte)
                        } else {
                            closeWord()
                        }
                    }
                    closeWord()
                    part.bytes += story.count
                    part.lengths.append(count)
                    part.digests.append(Digest(of: story).value)
                }
            }
            return part
        }
        var words = WordTable()
        for part in parts {
            for number in 0..<part.words.count {
                part.words[number].withUnsafeBytes { word in
                    if let base = word.baseAddress { _ = words.number(of: base, word.count) }
                }
            }
        }
        let digests = parts.flatMap(\.digests)
        return CorpusStatistics(
            stories: digests.count, bytes: parts.reduce(0) { $0 + $1.bytes }, lengths: parts.flatMap(\.lengths),
            vocabulary: words.count, duplicates: digests.count - Set(digests).count)
    }
}

extension CorpusStatistics: CustomStringConvertible {
    public var description: String {
        let sorted = lengths.sorted()
        func length(_ share: Double) -> Int { sorted.isEmpty ? 0 : sorted[Int(Double(sorted.count - 1) * share)] }
        return """
            \(stories) stories, \(bytes) bytes, \(words) words, \(vocabulary) different ones, \(duplicates) duplicates; \
            words a story: \(length(0.05)) to \(length(0.95)), median \(length(0.5))
            """
    }
}
