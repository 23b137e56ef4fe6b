internal import CRecovery
import Foundation
import Synchronization
internal import WorkerFrames

/// What the constants of a cell hold before it runs again in its own place.
///
/// Its statements initialize them as if for the first time and let nothing go. That is done here, when they have come to
/// their end and nothing else is on its way: whoever was reading a constant in the meantime, on another thread or in a task,
/// relies on it to hold its value, and need not hold the value too. Variables keep their old values: somebody may assign one
/// before its statement comes, and the value that it held would be let go twice.
final class ReplacedValues {
    private let library: String
    /// Each lets go of its copy, and of what the constant itself held where that has got another value.
    private var values: [(_ isReplaced: Bool) -> Void] = []
    private var areReplaced = false

    /// How a cell's constants stand.
    private struct Standing {
        var runs = 0
        /// Whether runs overlap: one that stops half-way may leave what the other has finished half done.
        var areMixed = false
        /// Whether all hold values, since the cell came to its end.
        var areWhole = false
    }

    private static let standings = Mutex<[String: Standing]>([:])

    /// Notes that a cell begins, and what its constants hold.
    init(before order: CellOrder) {
        library = order.library
        let list = CellLibrary.values(of: order)
        Self.standings.withLock { standings in
            let standing = standings[library, default: Standing()]
            if let list, standing.areWhole { guarded(list) }
            standings[library] = Standing(runs: standing.runs + 1, areMixed: standing.runs > 0)
        }
    }

    /// Notes how the cell came to its end, and lets go of what its constants do not hold any more.
    func letGo(after ending: CellEnding) {
        var isAtEnd = false
        if case .finished = ending { isAtEnd = true }
        Self.standings.withLock { standings in
            guard var standing = standings[library] else { return }
            standing.runs -= 1
            standing.areWhole = isAtEnd && !standing.areMixed
            if standing.runs == 0 { standing.areMixed = false }
            standings[library] = standing
        }
        if values.isEmpty { return }
        areReplaced = isAtEnd && recovery_is_alone()
        guarded { ReplacedValues.ofThread?.letGo() }
    }

    private func letGo() {
        for value in values { value(areReplaced) }
    }

    // MARK: The list

    private static let current: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    private static var ofThread: ReplacedValues? {
        pthread_getspecific(current).map { Unmanaged<ReplacedValues>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Calls a function, which may come to a `deinit` that traps, so that only this call ends then.
    private func guarded(_ function: CellLibrary.Entry) {
        // How far the cell has come is still to be told.
        let reached = recovery_reached()
        defer { recovery_reach(reached) }
        pthread_setspecific(Self.current, Unmanaged.passUnretained(self).toOpaque())
        let outcome = recovery_guard(function, recovery_any_run)
        pthread_setspecific(Self.current, nil)
        Stray.report(outcome)
    }

    static func add<Value>(_ value: Value) {
        // A function is wrapped to be passed here, alone or in a tuple: that is not what its constant holds.
        guard let list = ofThread, !String(describing: Value.self).contains("->") else { return }
        let copies = UnsafeMutablePointer<Value>.allocate(capacity: 2)
        copies.initialize(to: value)
        // Nobody can assign a constant: what it lets go of is this, bit for bit.
        memcpy(copies + 1, copies, MemoryLayout<Value>.size)
        list.values.append { isReplaced in
            copies.deinitialize(count: isReplaced ? 2 : 1)
            copies.deallocate()
        }
    }
}

/// Lists what a constant of a cell that is about to run again holds.
public func __value<Value>(_ value: Value) { ReplacedValues.add(value) }

/// A value that cannot be copied stays.
@_disfavoredOverload
public func __value<Value: ~Copyable & ~Escapable>(_ value: borrowing Value) {}
