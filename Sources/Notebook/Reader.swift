import Synchronization

/// Who reads what a cell says: a front end behind a kernel, or the terminal where there is none.
///
/// The worker that runs cells sets `Reader.current`; a program that imports the laboratory without a notebook keeps
/// the terminal, which prints the plain text of what is shown.
public protocol NotebookReader: Sendable {
    /// Shows a bundle under an id, or replaces what is shown under it.
    func display(_ bundle: MIMEBundle, id: String?, updates: Bool)
    /// Removes the output of the running cell, at once or when the next output arrives.
    func clearOutput(wait: Bool)
    /// Puts a text into a new cell below the running one.
    func setNextInput(_ text: String)
    /// Asks the person for a line of text.
    func readLine(prompt: String, hidden: Bool) throws -> String
    /// Sends a message to the other end of a comm, in order with everything else that is said.
    func send(_ message: CommMessage)
    /// The identifier of the front end's request under which what is said now is shown; empty where there is none.
    var request: String { get }
    /// Whether what the calling thread does is to stop, once the person has asked for that.
    var isToStop: Bool { get }
    /// Has the calling thread serve all cells from now on, and not only the one that started it.
    func serveAllCells()
    /// Ends the running cell with one line that says what is wrong.
    func stop(_ message: String) -> Never
    /// Ends the running cell because the person wants it to stop.
    func leave() -> Never
}

extension NotebookReader {
    /// A reader without a front end has nobody to send messages to.
    public func send(_ message: CommMessage) {}
    /// A reader without a front end has no requests.
    public var request: String { "" }
    /// A reader without cells has threads of one program.
    public func serveAllCells() {}
    /// A reader without cells has one program, which stops as a whole.
    public var isToStop: Bool { true }
}

/// The reader of the running program.
public enum Reader {
    private static let reader = Mutex<any NotebookReader>(Terminal())

    /// A reader for what one task says, beside the program's.
    @TaskLocal package static var ofTask: (any NotebookReader)?

    /// Where displays, questions and clearings go.
    public static var current: any NotebookReader {
        get { ofTask ?? reader.withLock { $0 } }
        set { reader.withLock { $0 = newValue } }
    }
}
