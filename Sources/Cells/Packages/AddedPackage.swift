/// A SwiftPM package that was built for cells to import from.
package struct AddedPackage: Codable, Hashable, Sendable {
    /// The name of its folder or repository, as people call it.
    package var name: String
    /// What it is: a version, a branch or a revision; nil where it lies in a folder of the person's.
    package var version: String?
    /// The modules of its library products.
    package var modules: [String]
    /// The modules whose code is in the library.
    var contents: [String]
    /// The versions of the package and of those that it needs, by the names that SwiftPM tells them apart by.
    var versions: [String: String]
    /// Where all that was built of it is kept.
    var folder: String
    /// Where what this session uses of it is kept.
    var build: String
    /// The library that the worker loads; empty where other packages have brought all of it.
    package var library: String
    /// What the frontend is told, so that cells can import the modules.
    var flags: [String]

    /// The maps of C modules among the flags, by the names of the modules.
    var moduleMaps: [String: String] {
        let mark = "-fmodule-map-file="
        var maps: [String: String] = [:]
        for flag in flags where flag.hasPrefix(mark) {
            let text = (try? String(contentsOfFile: String(flag.dropFirst(mark.count)), encoding: .utf8)) ?? ""
            let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            if let index = words.firstIndex(of: "module"), index + 1 < words.count {
                maps[String(words[index + 1])] = flag
            }
        }
        return maps
    }

    /// The package without maps of C modules that others have brought.
    func withoutMaps(of others: [AddedPackage]) -> AddedPackage {
        let taken = Set(others.flatMap(\.moduleMaps.keys))
        let dropped = Set(moduleMaps.filter { taken.contains($0.key) }.values)
        var copy = self
        copy.flags = []
        for flag in flags {
            if dropped.contains(flag) { copy.flags.removeLast() } else { copy.flags.append(flag) }
        }
        return copy
    }

    /// The name with the version.
    package var title: String { version.map { "\(name) \($0)" } ?? name }
}

/// Why a package cannot be added.
package struct PackageFailure: Error, Hashable, Sendable {
    /// One sentence: what, where, what to do.
    package let message: String
    /// What tools said about it, in lines.
    package var details: [String] = []
    package var isCancelled = false

    package init(_ message: String, details: [String] = []) {
        self.message = message
        self.details = details
    }

    /// The person stopped it.
    static let cancelled = {
        var failure = PackageFailure("Interrupted")
        failure.isCancelled = true
        return failure
    }()
}
