import FoundationEssentials

/// Remembers the signatures of the messages that came in, so that none is taken twice.
///
/// The memory is bounded: when it is full, the older half is forgotten.
package struct ReplayGuard {
    private var recent: Set<Data> = []
    private var older: Set<Data> = []
    private let capacity: Int

    package init(capacity: Int = 1 << 16) {
        self.capacity = capacity
    }

    /// Notes a signature; false if it has been seen.
    package mutating func admits(_ signature: Data) -> Bool {
        guard !recent.contains(signature), !older.contains(signature) else { return false }
        if recent.count >= capacity / 2 {
            older = recent
            recent = []
        }
        recent.insert(signature)
        return true
    }
}
