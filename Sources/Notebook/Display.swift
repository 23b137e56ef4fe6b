/// Shows a value below the cell, in the richest representation that the front end knows.
///
/// - Returns: a handle whose `update(_:)` replaces what was shown, in place.
@discardableResult
public func display(_ value: Any, id: String? = nil) -> DisplayHandle {
    let handle = DisplayHandle(id: id ?? DisplayHandle.freshID())
    Reader.current.display(MIMEBundle(showing: value), id: handle.id, updates: false)
    return handle
}

/// Something shown below a cell that can be replaced in place.
public struct DisplayHandle: Hashable, Sendable {
    /// The name under which front ends know this output.
    public let id: String

    /// Replaces what is shown under this handle, wherever it is shown.
    public func update(_ value: Any) {
        Reader.current.display(MIMEBundle(showing: value), id: id, updates: true)
    }

    static func freshID() -> String {
        "martlet-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}

/// Removes what the cell has shown so far.
///
/// - Parameter wait: whether to wait for the next output, so that a picture is replaced without a flicker.
public func clearOutput(wait: Bool = false) {
    Reader.current.clearOutput(wait: wait)
}

/// Puts a new cell with the given text below the one that runs.
public func setNextInput(_ text: String) {
    Reader.current.setNextInput(text)
}
