import FoundationEssentials
import Glibc
import Synchronization

/// The packages that were built, on disk: each is built once for a toolchain, and again when its files have changed.
package final class PackageStore: Sendable {
    private let toolchain: Toolchain
    private let cache: String
    /// Those that this session uses, which nobody is to remove.
    private let used = Mutex<[String: CacheFolder]>([:])

    package init(toolchain: Toolchain, cache: String) {
        self.toolchain = toolchain
        self.cache = cache
    }

    /// What is known of a package that was built.
    private struct Record: Codable {
        var package: AddedPackage
        /// The person's folders that it was built from, and what was in them.
        var folders: [String]
        var state: String
        /// The commit, where it came from a repository.
        var commit: String?
        /// Whether it is to be asked for again whether that commit is still the newest.
        var moves = false
    }

    /// Builds a package, or finds it where it was built before.
    ///
    /// - Parameters:
    ///   - others: the packages that the session has already; a module that one of them brought is not loaded again.
    ///   - tell: hears what is going on, a line at a time.
    package func add(
        _ reference: PackageReference, beside others: [AddedPackage], process: Subprocess,
        tell: @escaping (String) -> Void
    ) throws(PackageFailure) -> AddedPackage {
        let folder = self.folder(of: reference)
        do {
            let held = try CacheFolder(folder)
            used.withLock { $0[folder] = held }
        } catch {
            throw PackageFailure("%package: packages cannot be kept in \(folder).")
        }
        var record = Self.current(in: folder)
        if record == nil || record?.moves == true {
            record = try Self.alone(in: folder, process, tell) { () throws(PackageFailure) in
                // Another session may have built it since.
                if let built = Self.current(in: folder), !built.moves { return built }
                return try build(reference, in: folder, process, tell)
            }
        }
        guard var package = record?.package else { throw .cancelled }
        if let present = others.first(where: { $0.folder == folder }) {
            guard present.build == package.build else {
                throw PackageFailure(
                    "%package: \(package.name) has changed since this session loaded it. Restart the kernel to use what"
                        + " it is now.")
            }
            return present
        }
        let shared = try Self.shared(by: package, others)
        package = package.withoutMaps(of: others)
        guard !shared.isEmpty else { return package }
        package.library = try PackageBuild.link(package, without: shared, toolchain: toolchain, process: process)
        return package
    }

    private func folder(of reference: PackageReference) -> String {
        var status = stat()
        stat(toolchain.frontend, &status)
        let compiler = "\(toolchain.root) \(status.st_size) \(status.st_mtim.tv_sec)"
        let name = reference.name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        let digest = Digest.of(["\(reference.place)", reference.version ?? "", compiler])
        return "\(cache)/packages/\(name)-\(digest)"
    }

    private func build(
        _ reference: PackageReference, in folder: String, _ process: Subprocess, _ tell: @escaping (String) -> Void
    ) throws(PackageFailure) -> Record {
        let source: String
        var revision: PackageRepository.Revision?
        switch reference.place {
        case .folder(let path): source = path
        case .repository(let url):
            let repository = PackageRepository(url: url, name: reference.name, process: process)
            let before = Self.current(in: folder)
            do throws(PackageFailure) {
                tell("Looking at \(url)")
                revision = try repository.revision(reference.version)
            } catch {
                // Without the network, what was there yesterday is good enough.
                if let before, !error.isCancelled { return before }
                throw error
            }
            guard let revision else { throw .cancelled }
            if let before, before.commit == revision.commit { return before }
            source = "\(folder)/source/\(revision.commit)/\(reference.name)"
            if access(source, F_OK) != 0 {
                tell("Fetching \(reference.name) \(revision.title)")
                let parent = "\(folder)/source/\(revision.commit)"
                try? FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try repository.fetch(revision, to: source)
            }
            guard access("\(source)/Package.swift", R_OK) == 0 else {
                throw PackageFailure("%package: \(url) has no Package.swift.")
            }
        }
        // What is edited while it is built is built again the next time.
        let before = Self.state(of: [source])
        let build = PackageBuild(
            toolchain: toolchain, source: source, name: reference.name, version: revision?.title, folder: folder,
            process: process, tell: tell)
        let package = try build.run(
            into: "\(folder)/\(Digest.of([revision?.commit ?? before, Self.state(of: [source])]))")
        let folders = package.versions.values.filter { $0.hasPrefix("/") && !$0.hasPrefix(cache) }.sorted()
        let record = Record(
            package: package, folders: folders,
            state: folders == [source] ? before : Self.state(of: folders),
            commit: revision?.commit, moves: reference.version != nil && revision?.moves == true)
        guard let data = try? JSONEncoder().encode(record),
            (try? data.write(to: URL(filePath: "\(folder)/record.json"), options: .atomic)) != nil
        else { throw PackageFailure("%package: \(folder)/record.json cannot be written.") }
        return record
    }

    /// What was built last, where the person's folders are still as they were then.
    private static func current(in folder: String) -> Record? {
        guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/record.json")),
            let record = try? JSONDecoder().decode(Record.self, from: data),
            access(record.package.library, R_OK) == 0, record.state == state(of: record.folders)
        else { return nil }
        return record
    }

    /// What tells apart what folders hold: the names, sizes and times of their files.
    private static func state(of folders: [String]) -> String {
        var lines: [String] = []
        func list(_ folder: String) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where !name.hasPrefix(".") && name != "Package.resolved" {
                let path = "\(folder)/\(name)"
                var status = stat()
                guard lstat(path, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    list(path)
                } else {
                    lines.append("\(path) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
                }
            }
        }
        for folder in folders { list(folder) }
        return Digest.of(lines)
    }

    /// Does something while no other session builds the same package.
    private static func alone<Value>(
        in folder: String, _ process: Subprocess, _ tell: (String) -> Void,
        _ body: () throws(PackageFailure) -> Value
    ) throws(PackageFailure) -> Value {
        let lock = open("\(folder)/building", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { if lock >= 0 { close(lock) } }
        var isTold = false
        while lock >= 0, flock(lock, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            if process.wasCancelled { throw .cancelled }
            if !isTold { tell("Another session is building it; waiting") }
            isTold = true
            usleep(100_000)
        }
        return try body()
    }

    /// The modules of a package that the session has already, and that are the same ones.
    private static func shared(
        by package: AddedPackage, _ others: [AddedPackage]
    ) throws(PackageFailure) -> Set<String> {
        let own = Set(package.contents)
        if let taken = own.intersection(Installation.modules).sorted().first {
            throw PackageFailure("%package: \(package.name) has a module '\(taken)', and so has Martlet.")
        }
        var shared: Set<String> = []
        for other in others {
            let same = own.intersection(other.contents)
            guard let example = same.sorted().first else { continue }
            let common = Set(package.versions.keys).intersection(other.versions.keys).sorted()
            guard !common.isEmpty else {
                throw PackageFailure(
                    "%package: \(package.title) and \(other.title) both have a module '\(example)'; use them in"
                        + " different sessions.")
            }
            for key in common where package.versions[key] != other.versions[key] {
                let wanted = package.versions[key] ?? "", present = other.versions[key] ?? ""
                throw PackageFailure(
                    key == package.name.lowercased()
                        ? "%package: this session has another \(package.name), \(present). Restart the kernel to use this"
                            + " one."
                        : "%package: \(package.title) needs \(key) \(wanted), and this session has \(key) \(present),"
                            + " from \(other.title). Restart the kernel to use the other one.")
            }
            shared.formUnion(same)
        }
        return shared
    }
}
