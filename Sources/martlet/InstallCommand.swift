import ArgumentParser
import Cells
import Foundation

/// Makes the kernel known to Jupyter, with everything that it needs copied to where nothing moves it.
struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Add the kernel 'Swift (Martlet)' to Jupyter.",
        discussion: "Without an option it is installed for you alone.")

    @Option(help: "A folder such as /usr/local: the kernel goes to DIR/share.")
    var prefix: String?

    @Flag(help: "For you alone, in ~/.local/share.")
    var user = false

    @Flag(help: "For the Python environment that is active.")
    var sysPrefix = false

    func validate() throws {
        guard [prefix != nil, user, sysPrefix].count(where: { $0 }) <= 1 else {
            throw ValidationError("--prefix, --user and --sys-prefix name three places; choose one.")
        }
    }

    func run() throws {
        guard let source = Installation.current else {
            throw Complaint("There is no martlet-worker beside this program; run `swift build -c release`, then this.")
        }
        let environment = ProcessInfo.processInfo.environment
        let folders: JupyterFolders
        if let prefix {
            folders = .prefix(URL(filePath: prefix).standardizedFileURL.path)
        } else if sysPrefix {
            guard let prefix = JupyterFolders.pythonPrefix(environment) else {
                throw Complaint("There is no Python here whose prefix could be asked for; name a folder with --prefix.")
            }
            folders = .prefix(prefix)
        } else {
            folders = .user(environment)
        }
        do {
            try source.copy(to: folders.martlet)
            try Kernelspec(command: folders.martlet.appending(path: "bin/martlet").path).write(to: folders.kernelspec)
            try LabExtension.write(to: folders.labExtension)
        } catch {
            throw Complaint("Cannot install the kernel in \(folders.martlet.path): \(error.localizedDescription)")
        }
        print("Installed the kernel 'swift' in \(folders.kernelspec.path)")
    }
}

/// The files by which Jupyter knows the kernel.
struct Kernelspec: Encodable {
    struct Metadata: Encodable {
        let debugger = false
        let supportedEncryption = ["curve"]
    }

    let argv: [String]
    let displayName = "Swift (Martlet)"
    let language = "swift"
    let interruptMode = "message"
    let kernelProtocolVersion = "5.6"
    let metadata = Metadata()

    init(command: String) {
        argv = [command, "kernel", "-f", "{connection_file}"]
    }

    func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: folder.appending(path: "kernel.json"), options: .atomic)
        try Data(Logo.svg.utf8).write(to: folder.appending(path: "logo-svg.svg"), options: .atomic)
    }
}
