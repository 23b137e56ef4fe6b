internal import CRecovery
import Foundation

/// What the variables of a cell hold before it runs again in its own place.
///
/// Its statements initialize the variables as if for the first time and let nothing go: that is done here, when they
/// have come to their end. A cell that stops before keeps what it has not come to replace. All of it happens on the
/// thread that runs the cell.
struct ReplacedValues: @unchecked Sendable {
    /// Each takes its copy's reference from a value, and the variable's own where that has got another value.
    private var values: [(_ isReplaced: Bool) -> Void] = []

    private static let collecting: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    private final class Collection {
        var values: [(Bool) -> Void] = []
    }

    /// Collects what a cell's function lists.
    init(of list: CellLibrary.Entry) {
        let collection = Collection()
        pthread_setspecific(Self.collecting, Unmanaged.passUnretained(collection).toOpaque())
        list()
        pthread_setspecific(Self.collecting, nil)
        values = collection.values
    }

    static func add<Value>(_ value: Value) {
        // A function is wrapped to be passed here, alone or in a tuple: that is not what its variable holds.
        guard let collection = pthread_getspecific(collecting), !String(describing: Value.self).contains("->") else {
            return
        }
        let copy = UnsafeMutablePointer<Value>.allocate(capacity: 1)
        copy.initialize(to: value)
        Unmanaged<Collection>.fromOpaque(collection).takeUnretainedValue().values.append { isReplaced in
            copy.deinitialize(count: 1)
            // The variable's own reference is the same as the copy's, bit for bit.
            if isReplaced { copy.deinitialize(count: 1) }
            copy.deallocate()
        }
    }

    /// Lets the values go, or only the hold on them where their variables may still have them.
    func letGo(areReplaced: Bool) {
        for value in values { value(areReplaced) }
    }
}

/// Lists a value of a cell that is about to run again.
public func __value<Value>(_ value: Value) { ReplacedValues.add(value) }

/// A value that cannot be copied stays.
@_disfavoredOverload
public func __value<Value: ~Copyable & ~Escapable>(_ value: borrowing Value) {}
