/// Which two neighbours a byte-pair encoding joins, and in which order.
///
/// A hash table with linear probing: a pair of ids to its rank (the lower joins first) and the id that it becomes.
final class Merges: @unchecked Sendable {
    // Filled by the initialiser and only read afterwards.
    private let slots: UnsafeMutablePointer<Slot>
    private let mask: Int

    struct Joined {
        let rank: UInt32
        let id: Int32
    }

    private struct Slot {
        var pair: UInt64
        var joined: Joined
    }

    private static let free = UInt64.max

    /// Rules in the order of their ranks, or with ranks of which several may be equal.
    init(_ merges: [BytePairTokenizer.Merge], ranks: [UInt32]? = nil) {
        var capacity = 16
        while capacity < merges.count * 2 { capacity *= 2 }
        mask = capacity - 1
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(pair: Merges.free, joined: Joined(rank: 0, id: 0)), count: capacity)
        for (place, merge) in merges.enumerated() {
            let rank = ranks?[place] ?? UInt32(place)
            let pair = Merges.pair(merge.left, merge.right)
            var index = slot(of: pair)
            // A pair that is listed twice keeps its later rank, as a dictionary would.
            while slots[index].pair != Merges.free, slots[index].pair != pair { index = (index + 1) & mask }
            slots[index] = Slot(pair: pair, joined: Joined(rank: rank, id: merge.id))
        }
    }

    deinit { slots.deallocate() }

    @inline(__always)
    func joined(_ left: Int32, _ right: Int32) -> Joined? {
        let pair = Merges.pair(left, right)
        var index = slot(of: pair)
        while true {
            let found = slots[index]
            if found.pair == pair { return found.joined }
            if found.pair == Merges.free { return nil }
            index = (index + 1) & mask
        }
    }

    @inline(__always)
    private func slot(of pair: UInt64) -> Int {
        Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }

    @inline(__always)
    static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}

extension Merges {
    /// Joins neighbours of a word until no pair is left, always the pair of the lowest rank and of those the first.
    func join(_ word: inout [Int32]) {
        // Looking through a short word again is quicker than keeping a queue.
        if word.count <= 48 {
            joinByScanning(&word)
        } else {
            word.joinPairs { left, right in joined(left, right).map { ($0.rank, $0.id) } }
        }
    }

    private func joinByScanning(_ word: inout [Int32]) {
        while word.count > 1 {
            var best: (place: Int, joined: Joined)?
            for place in 0..<word.count - 1 {
                guard let found = joined(word[place], word[place + 1]) else { continue }
                if best.map({ found.rank < $0.joined.rank }) ?? true { best = (place, found) }
            }
            guard let best else { return }
            word[best.place] = best.joined.id
            word.remove(at: best.place + 1)
        }
    }
}
