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
            for number in source.partCount * slice / slices..<source.partCount * (slice + 1) / slices {
                guard !Interruption.isRequested else { break }
                source.read(part: number) { story in
                    part.bytes += story.count
                    part.lengths.append(countWords(of: story, in: &part.words))
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

/// Counts the words of a story, and adds those that are new to a table, in lower case.
private func countWords(of story: UnsafeRawBufferPointer, in words: inout WordTable) -> Int {
    guard let base = story.baseAddress else { return 0 }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: story.count) { lower in
        var count = 0
        var start = 0
        while start < story.count {
            var end = start
            var isLower = true
            // Letters beyond English are part of a word, and so is the apostrophe in "don't".
            while end < story.count {
                let byte = story[end]
                guard byte.isASCIILetter || byte >= 0x80 || byte == UInt8(ascii: "'") && end > start else { break }
                isLower = isLower && byte & 0xE0 != 0x40
                end += 1
            }
            if end == start {
                start += 1
                continue
            }
            if isLower {
                _ = words.number(of: base + start, end - start)
            } else {
                for place in start..<end {
                    lower[place - start] = story[place].isASCIILetter ? story[place] | 0x20 : story[place]
                }
                if let copy = lower.baseAddress { _ = words.number(of: copy, end - start) }
            }
            count += 1
            start = end
        }
        return count
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
