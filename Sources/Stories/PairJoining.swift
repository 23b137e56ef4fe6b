extension [Int32] {
    /// Joins neighbours until no pair can be joined, always the pair of the lowest rank and of those the first.
    ///
    /// Takes n log n steps, also for what no language calls a word: a long run of spaces, a file without any.
    ///
    /// - Parameter joined: the id that two neighbours become, and its rank; nil where they stay apart.
    mutating func joinPairs<Rank: Comparable>(_ joined: (Int32, Int32) -> (rank: Rank, id: Int32)?) {
        guard count > 1 else { return }
        let gone: Int32 = -1
        var next = Array<Int>(1...count)
        var previous = Array<Int>(-1..<count - 1)
        var queue = Heap<PairCandidate<Rank>>()

        func consider(_ place: Int, in word: [Int32]) {
            guard place >= 0, next[place] < word.count else { return }
            let (left, right) = (word[place], word[next[place]])
            guard let found = joined(left, right) else { return }
            queue.insert(PairCandidate(rank: found.rank, place: place, left: left, right: right, id: found.id))
        }

        for place in 0..<count - 1 { consider(place, in: self) }
        while let best = queue.popMinimum() {
            let right = next[best.place]
            // Neighbours may have been joined with others since.
            guard self[best.place] == best.left, right < count, self[right] == best.right else { continue }
            self[best.place] = best.id
            self[right] = gone
            next[best.place] = next[right]
            if next[right] < count { previous[next[right]] = best.place }
            consider(previous[best.place], in: self)
            consider(best.place, in: self)
        }
        removeAll { $0 == gone }
    }
}

/// Two neighbours that can be joined.
private struct PairCandidate<Rank: Comparable>: Comparable {
    let rank: Rank
    let place: Int
    let left, right, id: Int32

    static func < (a: Self, b: Self) -> Bool { a.rank != b.rank ? a.rank < b.rank : a.place < b.place }
}
