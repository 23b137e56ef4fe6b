import Synchronization

/// An object that holds something beside its own memory, which a cell that was cut short does not release.
package protocol Abandonable: AnyObject {
    /// Gives back what the object holds, in the place of its `deinit`: nothing refers to it any more.
    func abandon()
}

/// The classes of such objects.
package enum Abandonables {
    private static let known = Mutex<[ObjectIdentifier]>([])

    package static var classes: [ObjectIdentifier] { known.withLock { $0 } }

    package static func add(_ type: any Abandonable.Type) {
        let identifier = ObjectIdentifier(type)
        known.withLock { $0.append(identifier) }
    }
}
