import Notebook

/// What runs the cells of one notebook: the kernel's routing on one side, the compiler and the worker on the other.
///
/// Calls may come from any thread. Cells of one lane run one after another; lanes (subshells) run side by side.
public protocol CellSession: Sendable {
    /// Runs a cell and returns when it has ended and all its output has been handed to `output`, in order.
    func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome
    /// Compiles a cell that waits in the queue, so that it starts at once when its turn comes.
    func prepare(_ cell: Cell)
    /// Stops the cells that run.
    func interrupt()
    /// How often the session was interrupted.
    var interruptions: Int { get }
    /// Whether a text is a whole cell.
    func isComplete(_ text: String) -> CellCompleteness
    /// Gives a message of a front end's comm to the worker, in the order of the lane's cells.
    ///
    /// - Parameter request: the request under which the front end shows what the message's handlers say.
    /// - Returns: whether somebody took it: for an opening, whether its target is accepted.
    func receive(
        _ message: CommMessage, for request: String, lane: String?, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> Bool
    /// Ends every process that the session started.
    func shutdown()
}

extension CellSession {
    /// A session whose cells begin at once need not count.
    public var interruptions: Int { 0 }
    /// A session that knows no comms takes none.
    public func receive(
        _ message: CommMessage, for request: String, lane: String?, output: @escaping @Sendable (CellOutput) -> Void
    ) async -> Bool { false }
}

/// A cell as it was sent to be run.
public struct Cell: Hashable, Sendable {
    /// What the person wrote, with plain line breaks.
    public var text: String
    /// The number in `In[number]`. Cells that are not counted (silent ones, user expressions) repeat a number.
    public var number: Int
    /// The identifier of the request that sent it.
    public var request: String
    /// The subshell in which it runs; nil is the main shell.
    public var lane: String?
    /// Whether the cell leaves no trace: no result is shown.
    public var isSilent: Bool
    /// Whether the front end answers questions.
    public var allowsInput: Bool
    /// How often the session had been interrupted when the cell's turn came; nil is when it begins to run. Once more,
    /// and it ends.
    public var interruptions: Int?

    public init(
        text: String, number: Int, request: String = "", lane: String? = nil, isSilent: Bool = false,
        allowsInput: Bool = true, interruptions: Int? = nil
    ) {
        // What was written on Windows has other line breaks and marks at its beginning.
        self.text = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        while self.text.unicodeScalars.first == "\u{FEFF}" { self.text.unicodeScalars.removeFirst() }
        self.number = number
        self.request = request
        self.lane = lane
        self.isSilent = isSilent
        self.allowsInput = allowsInput
        self.interruptions = interruptions
    }
}

/// What a cell says while it runs.
public enum CellOutput: Sendable {
    /// Text on a standard stream, `stdout` or `stderr`.
    case stream(name: String, text: String)
    /// Something shown, or the replacement of what is shown under an id.
    case display(MIMEBundle, id: String?, updates: Bool)
    /// The value of the last expression.
    case result(MIMEBundle)
    /// The output so far is to be removed.
    case clear(wait: Bool)
    /// A question to the person; the answer goes to `reply`, nil where the person cannot be asked.
    case question(prompt: String, hidden: Bool, reply: @Sendable (String?) -> Void)
    /// A text for a new cell below.
    case nextInput(String)
    /// A text for the pager.
    case page(MIMEBundle)
    /// A message to a comm's other end in the front end.
    case comm(CommMessage)
}

/// How a cell ended.
public enum CellOutcome: Hashable, Sendable {
    case succeeded
    /// The name and message of an error, and the lines that show where it happened.
    case failed(name: String, message: String, traceback: [String])
}

/// Whether a text is a whole cell.
public enum CellCompleteness: Hashable, Sendable {
    case complete
    case incomplete(indent: String)
    case invalid
}
