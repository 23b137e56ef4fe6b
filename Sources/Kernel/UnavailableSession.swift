/// Stands in where cells cannot run: the kernel lives, and every cell says what is missing and what to do.
public struct UnavailableSession: CellSession {
    private let reason: String

    /// - Parameter reason: one sentence with what to do.
    public init(reason: String) {
        self.reason = reason
    }

    public func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome {
        .failed(name: "KernelUnavailable", message: reason, traceback: [reason])
    }

    public func prepare(_ cell: Cell) {}
    public func interrupt() {}
    public func isComplete(_ text: String) -> CellCompleteness { .complete }
    public func shutdown() {}
}
