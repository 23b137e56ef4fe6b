internal import CRecovery
import Foundation
import Notebook
import Synchronization

/// Memory that cells which were cut short have left: their frames released nothing of what they held.
enum Leftovers {
    private static let isDue = Atomic(false)
    private static let isSearching = Atomic(false)
    /// Bytes that the process used after the last search.
    private static let used = Atomic(0)
    /// How many more make a search worth while.
    private static let worthwhile = 4 << 20

    /// Has leftovers given back as soon as nothing runs.
    static func expect() {
        isDue.store(true, ordering: .sequentiallyConsistent)
        MainQueue.wake()
    }

    /// Searches for leftovers where they are due. The main thread calls it between cells.
    static func giveBack() {
        guard isDue.load(ordering: .relaxed), !isSearching.load(ordering: .sequentiallyConsistent), Lane.areAllIdle
        else { return }
        guard residentBytes > used.load(ordering: .relaxed) + worthwhile else {
            isDue.store(false, ordering: .sequentiallyConsistent)
            return
        }
        var copy: pid_t = 0
        let classes = Abandonables.classes.map { UnsafeRawPointer(bitPattern: UInt(bitPattern: $0)) }
        let list = recovery_search(classes, classes.count, &copy)
        guard list >= 0 else { return }
        isDue.store(false, ordering: .sequentiallyConsistent)
        isSearching.store(true, ordering: .sequentiallyConsistent)
        startThread { [copy] in
            free(read(list))
            close(list)
            waitpid(copy, nil, 0)
            used.store(residentBytes, ordering: .relaxed)
            // The system gives new blocks the addresses of these.
            recovery_clear_stack(32 << 10)
            isSearching.store(false, ordering: .sequentiallyConsistent)
        }
    }

    /// The blocks that a search has found; none where it did not come to its end.
    private static func read(_ list: Int32) -> [UInt] {
        var bytes = [UInt8]()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(list, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            bytes += chunk[..<count]
        }
        let words = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt.self) }
        }
        return words.last == .max ? words.dropLast() : []
    }

    private static func free(_ blocks: [UInt]) {
        for block in blocks where block & 1 == 1 {
            guard let object = UnsafeRawPointer(bitPattern: block - 1) else { continue }
            (Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue() as? any Abandonable)?.abandon()
        }
        let large = blocks.filter { $0 & 1 == 0 }
        recovery_free(large, large.count)
    }

    private static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(getpagesize())
    }
}
