import Foundation

/// Large blocks side by side in one stretch of addresses.
///
/// A block that is given back joins the gaps beside it, and the next one takes the smallest gap that holds it: what
/// activations leave on the way back serves the gradients, whatever their sizes. Addresses are reserved once, for all
/// the memory that the machine has; the system backs them as far as blocks have ever reached, with huge pages where it
/// has them.
package struct Arena {
    /// From here on blocks come from an arena; they are whole pages.
    static let smallestBlock = 64 << 10
    static let page = 4 << 10
    private static let hugePage = 2 << 20

    /// Bytes that the system backs.
    package private(set) var reserved = 0
    /// How often the system was asked for more.
    private(set) var extensions = 0

    private let start: UnsafeMutableRawPointer?
    private let capacity: Int
    /// How far blocks have reached: gaps and blocks fill the bytes before it without a rest.
    private var end = 0
    /// In the order of their addresses; two that touch are one.
    private var gaps: [Gap] = []

    private struct Gap {
        var bytes: Range<Int>
        /// Whether the system backs it, or has taken it back.
        var isBacked: Bool
    }

    package init(capacity: Int) {
        self.capacity = capacity & -Self.hugePage
        let reservation = mmap(
            nil, self.capacity + Self.hugePage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let reservation, reservation != MAP_FAILED else {
            start = nil
            return
        }
        let lead = -Int(bitPattern: reservation) & (Self.hugePage - 1)
        start = reservation + lead
        madvise(reservation + lead, self.capacity, 14)  // MADV_HUGEPAGE, whose macro Swift does not import
    }

    package mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard let start else { return nil }
        var best: Int?
        for (index, gap) in gaps.enumerated() where gap.bytes.count >= bytes {
            if best.map({ gap.bytes.count < gaps[$0].bytes.count }) ?? true { best = index }
        }
        guard let index = best ?? gapAtEnd(of: bytes) else { return nil }
        let first = gaps[index].bytes.lowerBound
        if !gaps[index].isBacked {
            reserved += bytes
            extensions += 1
        }
        if gaps[index].bytes.count == bytes {
            gaps.remove(at: index)
        } else {
            gaps[index].bytes = first + bytes..<gaps[index].bytes.upperBound
        }
        return start + first
    }

    package mutating func give(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
        guard let start else { return }
        let first = block - start
        insert(Gap(bytes: first..<first + bytes, isBacked: true))
    }

    /// Gives what no block holds back to the system.
    package mutating func trim() {
        guard let start else { return }
        for index in gaps.indices where gaps[index].isBacked {
            madvise(start + gaps[index].bytes.lowerBound, gaps[index].bytes.count, MADV_DONTNEED)
            gaps[index].isBacked = false
            reserved -= gaps[index].bytes.count
        }
    }

    /// Lengthens the arena, and with it the gap at its end, to at least the given number of bytes.
    private mutating func gapAtEnd(of bytes: Int) -> Int? {
        let present = gaps.last.map { $0.bytes.upperBound == end ? $0.bytes.count : 0 } ?? 0
        let growth = (bytes - present + Self.hugePage - 1) & -Self.hugePage
        guard let start, growth <= capacity - end, mprotect(start + end, growth, PROT_READ | PROT_WRITE) == 0 else {
            return nil
        }
        extensions += 1
        reserved += growth
        end += growth
        insert(Gap(bytes: end - growth..<end, isBacked: true))
        return gaps.count - 1
    }

    private mutating func insert(_ gap: Gap) {
        var (low, high) = (0, gaps.count)
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].bytes.lowerBound < gap.bytes.lowerBound { low = middle + 1 } else { high = middle }
        }
        gaps.insert(gap, at: low)
        if low + 1 < gaps.count { join(low) }
        if low > 0 { join(low - 1) }
    }

    /// Makes a gap and the next one a single gap if they touch.
    private mutating func join(_ index: Int) {
        let (gap, next) = (gaps[index], gaps[index + 1])
        guard gap.bytes.upperBound == next.bytes.lowerBound else { return }
        if gap.isBacked != next.isBacked { reserved += gap.isBacked ? next.bytes.count : gap.bytes.count }
        gaps[index] = Gap(
            bytes: gap.bytes.lowerBound..<next.bytes.upperBound, isBacked: gap.isBacked || next.isBacked)
        gaps.remove(at: index + 1)
    }
}
