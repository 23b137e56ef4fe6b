import Notebook

/// What the kernel tells its worker.
package enum WorkerOrder: Codable, Sendable {
    /// Load a compiled cell and run it.
    case run(CellOrder)
    /// Load libraries that cells import from.
    case load(LibraryOrder)
    /// Hand a comm message to its handlers.
    case receive(MessageOrder)
    /// Stop the cells that run.
    case interrupt
    /// What the person answered, nil where the person cannot be asked.
    case answer(question: Int, text: String?)
    /// The output up to this mark has been handed on.
    case seen(mark: Int)
}

/// A compiled cell that is to be run.
package struct CellOrder: Codable, Sendable {
    /// The libraries that it imports from.
    package var imported: [String]
    /// The shared library.
    package var library: String
    /// The symbol of the function that runs the cell's statements.
    package var entry: String
    /// The subshell in which it runs; nil is the main thread.
    package var lane: String?
    /// The front end's request under which it speaks.
    package var request: String
    /// The symbol of the function that lists what the cell's constants hold, where there is one.
    package var values: String?

    package init(
        imported: [String] = [], library: String, entry: String, lane: String?, request: String, values: String? = nil
    ) {
        self.imported = imported
        self.values = values
        (self.library, self.entry, self.lane, self.request) = (library, entry, lane, request)
    }
}

/// Libraries of packages that are to be loaded between cells.
package struct LibraryOrder: Codable, Sendable {
    package var libraries: [String]
    /// The subshell that waits for it; nil is the main thread.
    package var lane: String?

    package init(libraries: [String], lane: String?) { (self.libraries, self.lane) = (libraries, lane) }
}

/// A front end's comm message, to be handled between cells.
package struct MessageOrder: Codable, Sendable {
    package var message: CommMessage
    /// The subshell in which it is handled; nil is the main thread.
    package var lane: String?
    /// The front end's request under which its handlers speak.
    package var request: String

    package init(message: CommMessage, lane: String?, request: String) {
        (self.message, self.lane, self.request) = (message, lane, request)
    }
}

/// What the worker tells the kernel about the cell of one lane.
package struct WorkerReport: Codable, Sendable {
    package var lane: String?
    /// The front end's request of the cell in whose name it is said; nil is the cell that runs in the lane.
    package var request: String?
    package var event: Event

    package init(lane: String?, request: String? = nil, event: Event) {
        (self.lane, self.request, self.event) = (lane, request, event)
    }

    package enum Event: Codable, Sendable {
        /// The worker is up and takes cells.
        case ready
        /// Something shown; the worker waits until the kernel has seen the mark, so that output keeps its order.
        case display(MIMEBundle, id: String?, updates: Bool, mark: Int)
        /// Text of a cell that does not own the process's standard output: of a subshell, or of a task that goes on
        /// after its cell.
        case printed(String)
        case result(MIMEBundle)
        case clear(wait: Bool, mark: Int)
        case question(Int, prompt: String, hidden: Bool)
        case nextInput(String)
        /// A message to the front end's end of a comm.
        case comm(CommMessage, mark: Int)
        /// The cell has ended after some seconds; `reached` is the index of the last top-level statement that began, and
        /// `place` the display in whose place an error belongs.
        case ended(CellEnding, reached: Int, seconds: Double, place: String? = nil)
        /// A task, a block or a thread of a cell that has ended itself ended like this.
        case stray(CellEnding)
    }
}

/// How the statements of a cell, or the handlers of a comm message, ended.
package enum CellEnding: Codable, Sendable {
    case finished
    /// The cell left before its last statement, as it wished: by `return`, or by `exit(0)`.
    case returned
    /// Nobody takes messages of this comm.
    case refused
    /// The library could not be loaded.
    case notLoaded(reason: String)
    /// An error that the cell did not catch.
    case threw(type: String, message: String, places: [CodePlace])
    /// The processor or the runtime stopped the program; the runtime may have printed why.
    case trapped(signal: Int32, cause: TrapCause? = nil, words: String? = nil, places: [CodePlace])
    /// The laboratory stopped the cell with a message.
    case stopped(message: String, places: [CodePlace])
    case interrupted(places: [CodePlace])
    /// The cell called `exit`.
    case exited(status: Int32)
}

/// What a signal alone does not tell about a trap.
package enum TrapCause: Codable, Sendable {
    /// A recursion has filled the stack.
    case fullStack
    /// What was to be read or written has no address: a null pointer, or a variable that was given no value.
    case nothingThere
    /// Dispatch refuses what was asked of it.
    case misusedQueue
}

/// A place in machine code: what a debugger would turn into a file and a line.
package struct CodePlace: Codable, Hashable, Sendable {
    package var library: String
    package var offset: UInt64

    package init(library: String, offset: UInt64) { (self.library, self.offset) = (library, offset) }
}
