import FoundationEssentials
import Glibc

/// One build of a package: a package of our own that needs all library products of it, as one dynamic library.
///
/// The build folder stays for the next build, which then compiles only what has changed. What a session uses of a build
/// is copied to a folder of its own, so that the next one does not take it away.
struct PackageBuild {
    let toolchain: Toolchain
    /// The package's folder.
    let source: String
    /// As people call it.
    let name: String
    let version: String?
    /// Where our own package and the build folder are.
    let folder: String
    let process: Subprocess
    /// Hears what is going on, a line at a time.
    let tell: (String) -> Void

    private var target: String { "CellPackage_" + Digest.of([folder]) }
    private var wrapper: String { "\(folder)/package" }
    private var scratch: String { "\(folder)/build" }
    private var products: String { "\(scratch)/\(Toolchain.target)/release" }

    /// Builds, and copies what sessions use into a folder.
    func run(into output: String) throws(PackageFailure) -> AddedPackage {
        let libraries = try libraryProducts()
        do {
            try FileManager.default.createDirectory(
                atPath: "\(wrapper)/Sources/\(target)", withIntermediateDirectories: true)
            try manifest(libraries.map(\.name)).write(
                toFile: "\(wrapper)/Package.swift", atomically: true, encoding: .utf8)
            try "".write(toFile: "\(wrapper)/Sources/\(target)/Nothing.swift", atomically: true, encoding: .utf8)
        } catch {
            throw PackageFailure("%package: \(wrapper) cannot be written: \(error)")
        }
        try build()
        let package = AddedPackage(
            name: name, version: version, modules: libraries.flatMap(\.modules).unique, contents: [],
            versions: try versions(), folder: folder, build: "", library: "", flags: [])
        do {
            return try collect(package, into: output)
        } catch {
            throw PackageFailure("%package: what was built of \(name) cannot be kept in \(output): \(error)")
        }
    }

    // MARK: The manifests

    /// What `dump-package` says of a manifest.
    private struct Description: Decodable {
        struct Product: Decodable {
            struct Kind: Decodable { let library: [String]? }
            let name: String
            let type: Kind
            let targets: [String]
        }
        let products: [Product]
    }

    private func libraryProducts() throws(PackageFailure) -> [(name: String, modules: [String])] {
        let result = swiftPM("package", ["dump-package"], in: source)
        if process.wasCancelled { throw .cancelled }
        guard result.status == 0, let description: Description = Self.json(in: result.output) else {
            throw PackageFailure(
                "%package: the Package.swift of \(name) cannot be read.", details: Self.complaint(result.output))
        }
        let libraries = description.products.filter { $0.type.library != nil }
        guard !libraries.isEmpty else {
            let others = description.products.map { "'\($0.name)'" }.joined(separator: ", ")
            throw PackageFailure(
                "%package: \(name) has no library product to import"
                    + (others.isEmpty ? "." : "; what it has are programs: \(others)."))
        }
        return libraries.map { ($0.name, $0.targets.map(Self.module)) }
    }

    private func manifest(_ products: [String]) -> String {
        let identity = source.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let needs = products.map {
            ".product(name: \($0.debugDescription), package: \(identity.debugDescription))"
        }
        return """
            // swift-tools-version: 5.9
            import PackageDescription
            let package = Package(
                name: "\(target)",
                products: [.library(name: "\(target)", type: .dynamic, targets: ["\(target)"])],
                dependencies: [.package(path: \(source.debugDescription))],
                targets: [.target(name: "\(target)", dependencies: [\(needs.joined(separator: ", "))])])
            """
    }

    /// The name of a target's module.
    private static func module(of target: String) -> String {
        String(target.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? $0 : "_" })
    }

    // MARK: Building

    private func build() throws(PackageFailure) {
        tell("Building")
        let result = swiftPM("build", ["-c", "release", "--product", target], in: wrapper) { text in
            for line in text.split(whereSeparator: \.isNewline) {
                // [5/7] Compiling Counting Counting.swift
                if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                    let what = line[line.index(after: end)...].split(separator: " ").prefix(2)
                    let isOurs = what.contains("Write") || what.contains { $0.contains("CellPackage_") }
                    if !isOurs { tell("\(line[...end]) \(what.joined(separator: " "))") }
                } else if ["Fetching", "Cloning", "Computing", "Creating"].contains(where: line.hasPrefix) {
                    tell(String(line.prefix(100)))
                }
            }
        }
        if process.wasCancelled { throw .cancelled }
        guard result.status == 0 else {
            throw PackageFailure("%package: \(name) does not build.", details: Self.complaint(result.output))
        }
    }

    /// The versions of all packages that were built.
    private func versions() throws(PackageFailure) -> [String: String] {
        struct Dependency: Decodable {
            let identity: String
            let path: String
            let version: String
            let dependencies: [Dependency]
        }
        let result = swiftPM("package", ["show-dependencies", "--format", "json"], in: wrapper)
        if process.wasCancelled { throw .cancelled }
        var versions: [String: String] = [:]
        func note(_ dependency: Dependency) {
            versions[dependency.identity] = dependency.version == "unspecified" ? dependency.path : dependency.version
            dependency.dependencies.forEach(note)
        }
        let root: Dependency? = Self.json(in: result.output)
        root?.dependencies.forEach(note)
        // A version of the package itself lies in a folder, which says nothing to a person.
        if let version { for key in versions.keys where versions[key] == source { versions[key] = version } }
        return versions
    }

    private func swiftPM(
        _ command: String, _ arguments: [String], in package: String, hear: (String) -> Void = { _ in }
    ) -> Subprocess.Result {
        process.run(
            "\(toolchain.root)/bin/swift-\(command)",
            ["--package-path", package, "--scratch-path", scratch] + arguments, hear: hear)
    }

    private static func json<Value: Decodable>(in output: String) -> Value? {
        // Warnings stand before it.
        guard let start = output.hasPrefix("{") ? output.startIndex : output.firstRange(of: "\n{")?.upperBound else {
            return nil
        }
        let text = output.hasPrefix("{") ? output[start...] : output[output.index(before: start)...]
        guard let end = text.lastIndex(of: "}") else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(text[...end].utf8))
    }

    /// What the compiler and SwiftPM say is wrong, without what they say of their progress.
    static func complaint(_ output: String) -> [String] {
        var lines: [String] = []
        var isTold = false
        for text in output.split(separator: "\n", omittingEmptySubsequences: false) {
            // With which words the package manager called the compiler is of no use to anybody.
            let line = String(text).replacing(#/ \(compiled with: \[.*\]\)/#, with: "")
            if line.contains("error: ") {
                // The build engine's own words say nothing that the compiler's did not.
                isTold = !["fatalError", "command failed", "Build failed", "invalid manifests at"].contains(
                    where: line.contains)
            } else if line.isEmpty || line.hasPrefix("[") || line.contains("warning: ") {
                isTold = false
            }
            if isTold, !(line.contains("error: ") && lines.contains(line)) { lines.append(line) }
        }
        if lines.isEmpty { lines = output.split(separator: "\n").suffix(5).map(String.init) }
        return lines.count > 40 ? lines.prefix(40) + ["... and \(lines.count - 40) lines more"] : lines
    }

    // MARK: Collecting

    /// Copies modules and libraries to where no later build changes them.
    private func collect(_ package: AddedPackage, into output: String) throws -> AddedPackage {
        let files = FileManager.default
        guard let manifest = BuildManifest(file: "\(scratch)/release.yaml") else {
            throw PackageFailure("SwiftPM has left no account of its build")
        }
        let fresh = "\(output).\(getpid())"
        try? files.removeItem(atPath: fresh)
        defer { try? files.removeItem(atPath: fresh) }
        for folder in ["modules", "objects"] {
            try files.createDirectory(atPath: "\(fresh)/\(folder)", withIntermediateDirectories: true)
        }
        for name in try files.contentsOfDirectory(atPath: "\(products)/Modules")
        where name.hasSuffix(".swiftmodule") || name.hasSuffix(".swiftdoc") {
            try files.copyItem(atPath: "\(products)/Modules/\(name)", toPath: "\(fresh)/modules/\(name)")
        }
        for name in try files.contentsOfDirectory(atPath: products) where name.hasSuffix(".so") {
            try files.copyItem(atPath: "\(products)/\(name)", toPath: "\(fresh)/\(name)")
        }
        let list = try String(contentsOfFile: "\(products)/\(target).product/Objects.LinkFileList", encoding: .utf8)
        var contents: [String] = []
        for (index, object) in list.split(separator: "\n").enumerated() {
            let path = String(object).filter { $0 != "'" && $0 != "\"" }
            guard let end = path.firstRange(of: ".build/", after: products) else { continue }
            let module = String(path[..<end.lowerBound].split(separator: "/").last ?? "")
            guard module != target else { continue }
            contents.append(module)
            try files.copyItem(atPath: path, toPath: "\(fresh)/objects/\(index).\(module).o")
        }
        let linking = manifest.linkFlags(of: target).filter { $0 != products && $0 != "-L" }
        try linking.joined(separator: "\n").write(toFile: "\(fresh)/linking", atomically: false, encoding: .utf8)
        try? files.removeItem(atPath: output)
        try files.moveItem(atPath: fresh, toPath: output)

        var package = package
        package.contents = contents.unique
        package.build = output
        package.library = "\(output)/lib\(target).so"
        package.flags = manifest.importFlags(of: target).map { $0 == "\(products)/Modules" ? "\(output)/modules" : $0 }
        return package
    }

    /// Links a library that has only some of a package's modules.
    static func link(
        _ package: AddedPackage, without modules: Set<String>, toolchain: Toolchain, process: Subprocess
    ) throws(PackageFailure) -> String {
        let output = package.build
        let library = "\(output)/without-\(Digest.of(modules.sorted())).so"
        if access(library, F_OK) == 0 { return library }
        let objects = ((try? FileManager.default.contentsOfDirectory(atPath: "\(output)/objects")) ?? []).filter {
            !modules.contains(String($0.split(separator: ".").dropFirst().first ?? ""))
        }
        if objects.isEmpty { return "" }
        let linking = (try? String(contentsOfFile: "\(output)/linking", encoding: .utf8)) ?? ""
        let result = process.run(
            "\(toolchain.root)/bin/swiftc",
            ["-emit-library", "-o", "\(library).\(getpid())", "-target", Toolchain.target, "-L", output]
                + objects.sorted().map { "\(output)/objects/\($0)" } + linking.split(separator: "\n").map(String.init))
        if process.wasCancelled { throw .cancelled }
        guard result.status == 0, rename("\(library).\(getpid())", library) == 0 else {
            throw PackageFailure("%package: \(package.name) cannot be linked.", details: complaint(result.output))
        }
        return library
    }
}

extension Array where Element: Hashable {
    /// The elements, each once.
    var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension String {
    /// Where a text stands after a beginning.
    fileprivate func firstRange(of text: String, after beginning: String) -> Range<String.Index>? {
        guard hasPrefix(beginning) else { return nil }
        return self[index(startIndex, offsetBy: beginning.count)...].firstRange(of: text)
    }
}
