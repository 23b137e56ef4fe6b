import Notebook

/// How often each word of a corpus stands in it, words being what `GPT2Words` cuts.
struct WordCounts: RandomAccessCollection {
    private var words = WordTable()
    private var counts: [Int] = []

    init(of corpus: Corpus) throws {
        let source = corpus.source
        let slices = Swift.min(Cores.count, Swift.max(1, source.partCount))
        let partial = try Cores.map(0..<slices) { slice in
            var counts = WordCounts()
            let parts = source.partCount * slice / slices..<source.partCount * (slice + 1) / slices
            for part in parts where !Interruption.isRequested {
                source.read(part: part) { counts.add($0) }
            }
            return counts
        }
        self = partial.first ?? WordCounts()
        for other in partial.dropFirst() { add(other) }
    }

    private init() {}

    mutating func add(_ text: UnsafeRawBufferPointer) {
        if text.isASCII {
            text.withMemoryRebound(to: UInt8.self) { add(valid: $0) }
        } else {
            var valid = String(decoding: text, as: UTF8.self)
            valid.withUTF8 { add(valid: $0) }
        }
    }

    private mutating func add(valid text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress else { return }
        let scanner = GPT2Words(text)
        var start = 0
        while start < text.count {
            let end = scanner.endOfWord(from: start)
            add(1, of: base + start, end - start)
            start = end
        }
    }

    private mutating func add(_ other: WordCounts) {
        for (word, count) in other {
            word.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress { add(count, of: base, bytes.count) }
            }
        }
    }

    @inline(__always)
    private mutating func add(_ count: Int, of word: UnsafeRawPointer, _ length: Int) {
        let (number, isNew) = words.number(of: word, length)
        if isNew { counts.append(0) }
        counts[number] += count
    }

    var startIndex: Int { 0 }
    var endIndex: Int { counts.count }
    subscript(number: Int) -> (word: ArraySlice<UInt8>, count: Int) { (words[number], counts[number]) }
}
