/// Stands in where cells cannot run: the kernel lives, and every cell says what is missing and what to do.
package struct UnavailableSession: CellSession {
    private let reason: String

    /// - Parameter reason: one sentence with what to do.
    package init(reason: String) {
        self.reason = reason
    }

    package func run(_ cell: Cell, output: @escaping @Sendable (CellOutput) -> Void) async -> CellOutcome {
        .failed(name: "KernelUnavailable", message: reason, traceback: [reason])
    }

    package func prepare(_ cell: Cell) {}
    package func interrupt() {}
    package func isComplete(_ text: String) -> CellCompleteness { .complete }
    package func shutdown() {}
}
