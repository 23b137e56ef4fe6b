import ArgumentParser
import Cells
import Foundation

/// Says whether everything is there that a notebook needs, and what to do where it is not.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the toolchain, the libraries and Jupyter's view of the kernel.")

    func run() throws {
        let findings = Examination(environment: ProcessInfo.processInfo.environment).findings
        for finding in findings { print(finding) }
        if findings.contains(where: { !$0.isGood }) { throw ExitCode.failure }
    }
}

/// One line of the doctor's.
struct Finding: CustomStringConvertible {
    let subject: String
    let state: String
    /// What to do; nil where all is well.
    let advice: String?

    var isGood: Bool { advice == nil }
    var description: String { (isGood ? "✓ " : "✗ ") + "\(subject): \(state)" + (advice.map { "\n    \($0)" } ?? "") }

    static func good(_ subject: String, _ state: String) -> Finding {
        Finding(subject: subject, state: state, advice: nil)
    }
    static func bad(_ subject: String, _ state: String, _ advice: String) -> Finding {
        Finding(subject: subject, state: state, advice: advice)
    }
}

/// Looks at everything that a notebook needs.
struct Examination {
    let environment: [String: String]
    private let installation = Installation.current

    init(environment: [String: String]) {
        self.environment = environment
    }

    var findings: [Finding] {
        [compiler] + toolchainParts + [worker, modules, kernelspec, jupyter]
    }

    private var compiler: Finding {
        let advice = "Install Swift 6.2 or newer (swift.org/install) and put its usr/bin on PATH."
        guard let said = output(of: ["swiftc", "--version"]), let version = Installation.version(in: said) else {
            return .bad("Swift compiler", "there is no swiftc on PATH", advice)
        }
        if let built = installation?.swiftVersion, built != version {
            return .bad(
                "Swift compiler", "it is version \(version), and Martlet was built with \(built)",
                "Build and install Martlet again: kernelspec/start --install")
        }
        return .good("Swift compiler", version)
    }

    /// What the toolchain must have beside its compiler.
    private var toolchainParts: [Finding] {
        struct TargetInfo: Decodable {
            struct Paths: Decodable { let runtimeResourcePath: String }
            let paths: Paths
        }
        guard let said = output(of: ["swiftc", "-print-target-info"]),
            let resources = try? JSONDecoder().decode(TargetInfo.self, from: Data(said.utf8)).paths.runtimeResourcePath
        else { return [] }
        let toolchain = URL(filePath: resources).deletingLastPathComponent().deletingLastPathComponent()
        return [
            ("SwiftSyntax", "\(resources)/host/libSwiftSyntax.so"),
            ("linker", toolchain.appending(path: "bin/ld.lld").path),
            ("completion", toolchain.appending(path: "lib/libsourcekitdInProc.so").path),
        ].map { subject, path in
            FileManager.default.fileExists(atPath: path)
                ? .good(subject, path)
                : .bad(subject, "\(path) is missing", "Install a whole toolchain from swift.org/install.")
        }
    }

    private var worker: Finding {
        guard let installation else {
            return .bad(
                "worker", "there is no martlet-worker beside this program", "Run `martlet install` from the build.")
        }
        let missing = (output(of: ["ldd", installation.worker]) ?? "").split(separator: "\n")
            .filter { $0.contains("not found") }
            .compactMap { $0.split(separator: " ").first?.trimmingCharacters(in: .whitespaces) }
        guard missing.isEmpty else {
            return .bad(
                "worker", "it needs \(missing.joined(separator: ", "))",
                "apt-get install libzmq3-dev, and see that the toolchain that built Martlet is still there."
            )
        }
        return .good("worker", installation.worker)
    }

    private var modules: Finding {
        guard let installation else { return .bad("laboratory", "not found", "Run `martlet install` from the build.") }
        let missing = Installation.modules.filter {
            !FileManager.default.fileExists(atPath: "\(installation.modules)/\($0).swiftmodule")
        }
        return missing.isEmpty
            ? .good("laboratory", installation.modules)
            : .bad("laboratory", "\(missing.joined(separator: ", ")) missing", "Run `martlet install` from the build.")
    }

    private var kernelspec: Finding {
        struct Spec: Decodable { let argv: [String] }
        for folder in JupyterFolders.searched(environment) {
            let file = folder.appending(path: "kernels/swift/kernel.json")
            guard let data = try? Data(contentsOf: file) else { continue }
            guard let spec = try? JSONDecoder().decode(Spec.self, from: data), let command = spec.argv.first,
                FileManager.default.isExecutableFile(atPath: command)
            else {
                return .bad("kernelspec", "\(file.path) starts a program that is not there", "Run `martlet install`.")
            }
            return .good("kernelspec", file.path)
        }
        return .bad("kernelspec", "Jupyter knows no kernel 'swift'", "Run `martlet install`.")
    }

    private var jupyter: Finding {
        let managed = JupyterFolders.user(environment).martlet.appending(path: "jupyter/bin/jupyter").path
        for command in ["jupyter", managed] {
            if let said = output(of: [command, "--version"]) {
                let version = said.split(separator: "\n").first { $0.hasPrefix("jupyter_client") }
                return .good("Jupyter", version.map { $0.split(separator: " ").joined(separator: " ") } ?? command)
            }
        }
        return .bad(
            "Jupyter", "there is no jupyter on PATH", "kernelspec/start installs it, or: pip install jupyterlab")
    }
}
