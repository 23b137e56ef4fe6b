@_exported import Foundation

// The compiler lets cells see what modules keep for themselves, which changes what it makes of two classes of Dispatch.
// Cells see Foundation and Dispatch by way of this module, so that these declarations go before Dispatch's own.

extension DispatchWorkItem {
    /// A work item of a block, where cells would else choose an initializer that no library has.
    public convenience init(_ block: @escaping @convention(block) () -> Void) {
        self.init(qos: .unspecified, flags: [], block: block)
    }
}

extension DispatchGroup {
    // An initializer that is public here and not above makes cells count this class's methods differently from Dispatch.

    /// Says that a block has entered the group.
    public func enter() { enterGroup(object) }

    /// Says that a block has left the group.
    public func leave() { leaveGroup(object) }

    /// The group as C knows it: the only stored property of the class.
    private var object: UnsafeRawPointer {
        Unmanaged.passUnretained(self).toOpaque().load(fromByteOffset: 16, as: UnsafeRawPointer.self)
    }
}

@_silgen_name("dispatch_group_enter")
private func enterGroup(_ group: UnsafeRawPointer)

@_silgen_name("dispatch_group_leave")
private func leaveGroup(_ group: UnsafeRawPointer)
