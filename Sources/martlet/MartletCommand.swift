import ArgumentParser

/// The `martlet` command.
@main
struct MartletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "A Jupyter kernel for Swift, and a laboratory for small language models.",
        version: "0.1.0",
        subcommands: [KernelCommand.self, InstallCommand.self, DoctorCommand.self, AssistCommand.self])
}
