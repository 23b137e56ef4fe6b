import Dispatch
import Foundation
import Notebook
import Synchronization

/// Work on all cores.
enum Cores {
    static let count = Machine.coreCount

    /// The results for all indices, in order. The first error ends it; a person's wish to stop leaves the cell.
    static func map<Result: Sendable>(
        _ indices: Range<Int>, _ body: @Sendable (Int) throws -> Result
    ) throws -> [Result] {
        let outcomes = Mutex([Int: Swift.Result<Result, any Error>]())
        DispatchQueue.concurrentPerform(iterations: indices.count) { offset in
            guard !Interruption.isRequested else { return }
            let outcome = Swift.Result { try body(indices.lowerBound + offset) }
            outcomes.withLock { $0[offset] = outcome }
        }
        Interruption.check()
        return try outcomes.withLock { outcomes in
            try (0..<indices.count).compactMap { try outcomes[$0]?.get() }
        }
    }
}
