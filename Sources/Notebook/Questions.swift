/// Asks the person for a line of text and waits for it.
///
/// The same as the standard library's function, which has no one to ask in a notebook. A front end that answers no
/// questions stops the cell with a sentence that says so.
///
/// - Parameter strippingNewline: whether the line comes without the end of line that the person typed.
public func readLine(strippingNewline: Bool = true) -> String? {
    answer(to: "", hidden: false) + (strippingNewline ? "" : "\n")
}

/// Asks the person for a line of text, with a prompt, and waits for it.
public func readLine(_ prompt: String) -> String? {
    answer(to: prompt, hidden: false)
}

/// Asks the person for a line of text that is not shown while it is typed.
public func readPassword(_ prompt: String = "Password: ") -> String? {
    answer(to: prompt, hidden: true)
}

private func answer(to prompt: String, hidden: Bool) -> String {
    do {
        return try Reader.current.readLine(prompt: prompt, hidden: hidden)
    } catch {
        stopCell("\(error)")
    }
}
