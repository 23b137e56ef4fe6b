import Cells
import Foundation

extension Installation {
    /// Copies the installation into a folder, in the layout of an installed one.
    ///
    /// The copy is made beside the folder and then takes its place, so that a kernel that starts meanwhile finds the old
    /// files or the new ones, not a mixture.
    func copy(to folder: URL) throws {
        let files = FileManager.default
        let fresh = folder.deletingLastPathComponent().appending(path: ".martlet-\(getpid())")
        try? files.removeItem(at: fresh)
        defer { try? files.removeItem(at: fresh) }
        for part in ["bin", "modules", "headers"] {
            try files.createDirectory(at: fresh.appending(path: part), withIntermediateDirectories: true)
        }
        try files.copyItem(at: URL(filePath: command), to: fresh.appending(path: "bin/martlet"))
        try files.copyItem(at: URL(filePath: worker), to: fresh.appending(path: "bin/martlet-worker"))
        for module in Self.modules {
            for ending in ["swiftmodule", "swiftdoc"] {
                let name = "\(module).\(ending)"
                try files.copyItem(
                    at: URL(filePath: modules).appending(path: name), to: fresh.appending(path: "modules/\(name)"))
            }
        }
        for map in moduleMaps {
            // A module map names its headers relative to itself: the whole folder goes.
            let source = URL(filePath: map).deletingLastPathComponent()
            let name =
                source.lastPathComponent == "include"
                ? source.deletingLastPathComponent().lastPathComponent : source.lastPathComponent
            try files.copyItem(at: source, to: fresh.appending(path: "headers/\(name)"))
        }
        try Data((swiftVersion + "\n").utf8).write(to: fresh.appending(path: "swift-version"))

        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        for part in ["bin", "modules", "headers", "swift-version"] {
            let old = folder.appending(path: part)
            let aside = fresh.appending(path: "old-\(part)")
            if files.fileExists(atPath: old.path) { try files.moveItem(at: old, to: aside) }
            try files.moveItem(at: fresh.appending(path: part), to: old)
        }
    }

    /// The version of the compiler that made the laboratory's modules, which only this version can read.
    var swiftVersion: String {
        let folder = URL(filePath: modules).deletingLastPathComponent()
        let noted = try? String(contentsOf: folder.appending(path: "swift-version"), encoding: .utf8)
        if let noted { return noted.trimmingCharacters(in: .whitespacesAndNewlines) }
        // In a build folder the package manager has noted what the compiler said of itself.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let name = names.first { $0.hasPrefix("swift-version") && $0.hasSuffix(".txt") }
        let text = name.flatMap { try? String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        return Self.version(in: text ?? "") ?? "6"
    }

    /// The number in what `swiftc --version` says.
    static func version(in text: String) -> String? {
        guard let match = text.firstMatch(of: /Swift version ([0-9.]+)/) else { return nil }
        return String(match.1)
    }
}
