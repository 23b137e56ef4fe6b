import ArgumentParser

/// The `martlet` command.
@main
struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "A Jupyter kernel for Swift, and a laboratory for small language models.")
}
