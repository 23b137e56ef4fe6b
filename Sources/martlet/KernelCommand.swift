import ArgumentParser
import Cells
import Foundation
import JupyterWire
import Kernel
import Logging
import Processes

/// Runs a kernel: what Jupyter starts for a notebook.
struct KernelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel", abstract: "Run the kernel that a connection file or a registration file describes.",
        discussion: """
            Environment:
              MARTLET_HISTORY       the file of history; empty or 'off' keeps none
              MARTLET_OUTPUT_LIMIT  how many bytes a cell may show
              MARTLET_TOOLCHAIN     the toolchain's folder, where it has moved
              MARTLET_LOG           what is logged: trace, debug, info, notice, warning (the default), error, critical
            """)

    @Option(name: [.customShort("f"), .long], help: "The file that Jupyter wrote.")
    var connectionFile: String

    @Argument(parsing: .allUnrecognized, help: "What programs such as `jupyter run` pass on; it means nothing here.")
    var ignored: [String] = []

    func run() throws {
        ProcessFamily.found()
        let environment = ProcessInfo.processInfo.environment
        var log = Logger(label: "martlet", factory: { StreamLogHandler.standardError(label: $0) })
        log.logLevel = environment["MARTLET_LOG"].flatMap(Logger.Level.init(rawValue:)) ?? .warning
        let installation = Installation.current
        do throws(WireError) {
            try KernelProcess.run(
                startup: try StartupFile(path: connectionFile),
                settings: Kernel.Settings(
                    environment: environment, swiftVersion: installation?.swiftVersion ?? "6"),
                environment: environment, log: log,
                session: { WorkerSession.open(environment: environment) },
                assistant: { session in
                    guard let session = session as? WorkerSession, let installation else { return nil }
                    return AssistanceProcess(command: [installation.command, "assist"]) { session.surroundings }
                })
        } catch {
            throw Complaint("\(error)")
        }
    }
}

/// Ends the command with one sentence.
struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
