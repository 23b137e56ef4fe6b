/// The pairs of neighbours in the words of a corpus, with their counts, as pairs are joined one after another.
struct PairLearner {
    private var words: [Word]
    private var pairs: [UInt64: Pair] = [:]
    private var queue = Heap<Candidate>()

    private struct Word {
        var ids: [Int32]
        let count: Int
    }

    private struct Pair {
        var count = 0
        /// Words that held the pair when they were added, each once or more.
        var words: [Int32] = []
    }

    /// The most frequent pair comes first, and of several the one with the smallest ids.
    private struct Candidate: Comparable {
        let count: Int
        let pair: UInt64

        static func < (a: Candidate, b: Candidate) -> Bool {
            a.count != b.count ? a.count > b.count : a.pair < b.pair
        }
    }

    init(_ counts: WordCounts, byteIDs: [Int32]) {
        words = counts.map { word, count in Word(ids: word.map { byteIDs[Int($0)] }, count: count) }
        for (number, word) in words.enumerated() {
            for (left, right) in zip(word.ids, word.ids.dropFirst()) {
                add(word.count, to: Merges.pair(left, right), in: number)
            }
        }
        for (pair, found) in pairs { queue.insert(Candidate(count: found.count, pair: pair)) }
    }

    private mutating func add(_ count: Int, to pair: UInt64, in word: Int) {
        pairs[pair, default: Pair()].count += count
        if count > 0, pairs[pair]?.words.last != Int32(word) { pairs[pair]?.words.append(Int32(word)) }
    }

    mutating func mostFrequentPair(atLeast frequency: Int) -> (Int32, Int32)? {
        while let best = queue.popMinimum() {
            // Counts in the queue may have sunk since.
            let count = pairs[best.pair]?.count ?? 0
            if count != best.count {
                if count > 0 { queue.insert(Candidate(count: count, pair: best.pair)) }
                continue
            }
            guard count >= max(frequency, 1) else { return nil }
            return (Int32(truncatingIfNeeded: best.pair >> 32), Int32(truncatingIfNeeded: best.pair))
        }
        return nil
    }

    mutating func join(_ left: Int32, _ right: Int32, into id: Int32) {
        var grown = Set<UInt64>()
        let holders = pairs.removeValue(forKey: Merges.pair(left, right))?.words ?? []
        for number in holders {
            let number = Int(number)
            let count = words[number].count
            var ids = words[number].ids
            words[number].ids = []
            var place = 0
            while place + 1 < ids.count {
                if ids[place] == left, ids[place + 1] == right {
                    ids[place] = id
                    ids.remove(at: place + 1)
                    if place > 0 {
                        let before = ids[place - 1]
                        add(-count, to: Merges.pair(before, left), in: number)
                        add(count, to: Merges.pair(before, id), in: number)
                        grown.insert(Merges.pair(before, id))
                    }
                    if place + 1 < ids.count {
                        let after = ids[place + 1]
                        add(-count, to: Merges.pair(right, after), in: number)
                        add(count, to: Merges.pair(id, after), in: number)
                        grown.insert(Merges.pair(id, after))
                    }
                }
                place += 1
            }
            words[number].ids = ids
        }
        pairs[Merges.pair(left, right)] = nil
        for pair in grown {
            if let count = pairs[pair]?.count, count > 0 { queue.insert(Candidate(count: count, pair: pair)) }
        }
    }
}
