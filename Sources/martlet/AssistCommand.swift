import ArgumentParser
import Cells
import Foundation

/// Completes and inspects code for a kernel that asks on standard input: a process of its own, as the compiler that
/// answers may end over a text that nobody has finished.
struct AssistCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "assist", shouldDisplay: false)

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let toolchain = Toolchain.current(environment: environment) else {
            throw Complaint("The Swift toolchain that built Martlet is gone: build and install Martlet again.")
        }
        do throws(SourceKitError) {
            try AssistanceService(library: toolchain.sourceKit).serve(on: STDIN_FILENO)
        } catch {
            throw Complaint("\(error)")
        }
    }
}
