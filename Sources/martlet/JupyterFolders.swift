import Foundation

/// Where Jupyter looks for kernels, and where Martlet keeps what its kernel needs.
struct JupyterFolders {
    /// Jupyter's folder for data; kernels are in `kernels`.
    var jupyter: URL
    /// Martlet's own folder.
    var martlet: URL

    var kernelspec: URL { jupyter.appending(path: "kernels/swift") }
    var labExtension: URL { jupyter.appending(path: "labextensions/martlet") }

    /// The folders of the person who runs the command.
    static func user(_ environment: [String: String]) -> JupyterFolders {
        let home = URL(filePath: environment["HOME"] ?? NSHomeDirectory())
        let data = environment["XDG_DATA_HOME"].map { URL(filePath: $0) } ?? home.appending(path: ".local/share")
        return JupyterFolders(
            jupyter: environment["JUPYTER_DATA_DIR"].map { URL(filePath: $0) } ?? data.appending(path: "jupyter"),
            martlet: data.appending(path: "martlet"))
    }

    /// The folders under a prefix such as `/usr/local` or a virtual environment.
    static func prefix(_ path: String) -> JupyterFolders {
        let share = URL(filePath: path).appending(path: "share")
        return JupyterFolders(jupyter: share.appending(path: "jupyter"), martlet: share.appending(path: "martlet"))
    }

    /// The prefix of the Python environment that is active.
    static func pythonPrefix(_ environment: [String: String]) -> String? {
        if let prefix = environment["VIRTUAL_ENV"] ?? environment["CONDA_PREFIX"] { return prefix }
        return output(of: ["python3", "-c", "import sys; print(sys.prefix)"])
    }

    /// Every folder in which Jupyter would find the kernel, in its order.
    static func searched(_ environment: [String: String]) -> [URL] {
        let named = (environment["JUPYTER_PATH"] ?? "").split(separator: ":").map { URL(filePath: String($0)) }
        let environments = [environment["VIRTUAL_ENV"], environment["CONDA_PREFIX"]].compactMap { $0 }
        let prefixes = environments + ["/usr/local", "/usr"]
        return named + [user(environment).jupyter] + prefixes.map { prefix($0).jupyter }
    }
}

/// What a command prints on its standard output, or nil where it fails.
func output(of command: [String]) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
}
