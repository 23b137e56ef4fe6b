import Foundation
import Notebook

/// The memory that tensors live in: reused from step to step, metered, and limited by a budget.
///
/// Blocks that tensors give back are kept and handed out again, small ones by size, large ones wherever they fit, so a
/// steady training step asks the system for nothing and touches no fresh page. Blocks start at 64-byte boundaries;
/// large ones lie on huge pages where the system has them.
public enum Memory {
    /// Bytes that tensors hold now.
    public static var live: Int { withPool { $0.live } }
    /// The most bytes that tensors held at once since `resetPeak()`.
    public static var peak: Int { withPool { $0.peak } }
    /// Bytes taken from the system, held by tensors or kept for the next ones.
    public static var reserved: Int { withPool { $0.reserved } }
    /// How often the system was asked for memory; in a steady training step this stays as it is.
    public static var systemAllocations: Int { withPool { $0.systemAllocations } }

    /// The most bytes that tensors may hold at once; an operation that needs more stops the cell and says so.
    ///
    /// The machine's memory, or a container's part of it, less a tenth, until it is set.
    public static var budget: Int {
        get { withPool { $0.budget } }
        set { withPool { $0.budget = newValue } }
    }

    /// Starts to measure the peak from what is held now.
    public static func resetPeak() { withPool { $0.peak = $0.live } }

    /// The most bytes that tensors held at once while `body` ran, beyond those that they held before.
    ///
    /// ```swift
    /// Memory.peak { model.loss(batch).backward() }
    /// ```
    public static func peak(of body: () throws -> Void) rethrows -> Int {
        let (before, earlier) = withPool { ($0.live, $0.peak) }
        resetPeak()
        defer { withPool { $0.peak = max($0.peak, earlier) } }
        try body()
        return peak - before
    }

    /// Gives memory that no tensor holds back to the system.
    public static func trim() { withPool { $0.trim() } }

    /// A block of at least the given number of floats, and how many it has.
    static func allocate(floats: Int) -> (pointer: UnsafeMutablePointer<Float>, capacity: Int) {
        let bytes = BlockSize.rounded(floats * MemoryLayout<Float>.stride)
        guard let block = withPool({ $0.take(bytes) }) else {
            let (live, budget) = withPool { ($0.live, $0.budget) }
            let more = "out of memory: \(megabytes(bytes)) more than the \(megabytes(live)) that tensors hold"
            stopCell(
                bytes <= budget - live
                    ? "\(more) is beyond what the system gives - use a smaller batch or model"
                    : "\(more) would pass the budget of \(megabytes(budget)) - use a smaller batch or model, or raise "
                        + "Memory.budget")
        }
        return (block.assumingMemoryBound(to: Float.self), bytes / MemoryLayout<Float>.stride)
    }

    static func release(_ pointer: UnsafeMutablePointer<Float>, floats: Int) {
        let block = UnsafeMutableRawPointer(pointer)
        withPool { $0.give(block, floats * MemoryLayout<Float>.stride) }
    }

    // Not Synchronization's Mutex, which the thread sanitizer does not understand.
    private static let lock = NSLock()
    nonisolated(unsafe) private static var blocks = BlockPool()

    private static func withPool<Result>(_ body: (inout BlockPool) -> Result) -> Result {
        lock.withLock { body(&blocks) }
    }

    private static func megabytes(_ bytes: Int) -> String {
        bytes < 10_000_000 ? "\((bytes + 999) / 1000) kB" : "\(bytes / 1_000_000) MB"
    }
}

/// Which sizes blocks have: whole pages from an arena, or of small ones eight steps to each doubling, so that a block
/// serves tensors of nearly its size.
enum BlockSize {
    static let alignment = 64

    static func rounded(_ bytes: Int) -> Int {
        if bytes <= 1024 { return max(alignment, (bytes + alignment - 1) & -alignment) }
        if bytes >= Arena.smallestBlock { return (bytes + Arena.page - 1) & -Arena.page }
        let step = 1 << (Int.bitWidth - bytes.leadingZeroBitCount - 4)
        return (bytes + step - 1) & -step
    }
}

private struct BlockPool {
    var live = 0
    var peak = 0
    var budget = Int(Double(Machine.memory) * 0.9)
    private var arena = Arena(capacity: Machine.memory)
    private var free: [Int: [UInt]] = [:]
    private var small = (reserved: 0, allocations: 0)

    var reserved: Int { arena.reserved + small.reserved }
    var systemAllocations: Int { arena.extensions + small.allocations }

    mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
        guard bytes <= budget - live, let block = bytes >= Arena.smallestBlock ? arena.take(bytes) : takeSmall(bytes)
        else { return nil }
        live += bytes
        peak = max(peak, live)
        // What is only kept for later does not count towards the budget, so it must not pass it either.
        if reserved > budget { trim() }
        return block
    }

    mutating func give(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
        live -= bytes
        if bytes >= Arena.smallestBlock {
            arena.give(block, bytes)
        } else {
            free[bytes, default: []].append(UInt(bitPattern: block))
        }
    }

    mutating func trim() {
        arena.trim()
        for (bytes, blocks) in free {
            for block in blocks { Foundation.free(UnsafeMutableRawPointer(bitPattern: block)) }
            small.reserved -= bytes * blocks.count
        }
        free.removeAll()
    }

    private mutating func takeSmall(_ bytes: Int) -> UnsafeMutableRawPointer? {
        if let kept = free[bytes]?.popLast() { return UnsafeMutableRawPointer(bitPattern: kept) }
        var block: UnsafeMutableRawPointer?
        guard posix_memalign(&block, BlockSize.alignment, bytes) == 0 else { return nil }
        small.reserved += bytes
        small.allocations += 1
        return block
    }
}
