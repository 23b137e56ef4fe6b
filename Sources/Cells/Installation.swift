import FoundationEssentials
import Glibc

/// Where the things are that compiling and running cells needs.
///
/// There are two layouts. An installed one (`martlet install`) depends on nothing outside its folder:
///
/// ```
/// bin/martlet  bin/martlet-worker  modules/*.swiftmodule, *.swiftdoc  headers/<C module>/module.modulemap
/// ```
///
/// The other is the build folder of the package, from where the first one is copied.
package struct Installation: Hashable, Sendable {
    /// The modules that cells see: the laboratory's, for which `Martlet` stands, and what runs the cells.
    package static let modules = [
        "CellRuntime", "Evaluation", "Interpretability", "Martlet", "Networks", "Notebook", "Plots",
        "Processes", "Stories", "Tensors", "Training", "WorkerFrames",
    ]

    /// The program that this process runs.
    package var command: String
    /// The program that runs cells.
    package var worker: String
    /// The folder of the laboratory's `.swiftmodule` and `.swiftdoc` files.
    package var modules: String
    /// The module maps of the C modules under the laboratory's.
    package var moduleMaps: [String]

    package init(command: String, worker: String, modules: String, moduleMaps: [String]) {
        self.command = command
        self.worker = worker
        self.modules = modules
        self.moduleMaps = moduleMaps
    }

    /// The installation that the running program belongs to.
    package static var current: Installation? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count)
        guard count > 0 else { return nil }
        return Installation(
            besideProgram: String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// The installation that a program belongs to, or nil where there is no worker beside it.
    package init?(besideProgram program: String) {
        let folder = URL(filePath: program).deletingLastPathComponent()
        let worker = folder.appending(path: "martlet-worker").path
        guard access(worker, X_OK) == 0 else { return nil }
        let installed = folder.deletingLastPathComponent()
        let built = folder.appending(path: "Modules").path
        if access(built, F_OK) == 0 {
            guard let package = Self.package(around: folder) else { return nil }
            self.init(
                command: program, worker: worker, modules: built,
                moduleMaps: Self.moduleMaps(in: package.appending(path: "Sources")))
        } else {
            self.init(
                command: program, worker: worker, modules: installed.appending(path: "modules").path,
                moduleMaps: Self.moduleMaps(in: installed.appending(path: "headers")))
        }
    }

    /// The folder of the package in which a build folder lies.
    private static func package(around build: URL) -> URL? {
        var folder = build
        while folder.path != "/" {
            if access(folder.appending(path: "Package.swift").path, F_OK) == 0 { return folder }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }

    private static func moduleMaps(in folder: URL) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().flatMap { name in
            ["module.modulemap", "include/module.modulemap"]
                .map { folder.appending(path: "\(name)/\($0)").path }
                .filter { access($0, F_OK) == 0 }
        }
    }
}
