import FoundationEssentials
import Glibc

/// A package's repository: which versions it has, and how one of them gets here.
struct PackageRepository {
    let url: String
    /// As people call it.
    let name: String
    let process: Subprocess

    /// A version that was found.
    struct Revision {
        /// What a person calls it.
        let title: String
        /// What git calls it; nil is what the repository shows first.
        let reference: String?
        /// Whether it is another one when it moves on.
        let moves: Bool
        let commit: String
    }

    /// Finds a version: the one that is asked for, or the newest release, or where there are no releases what the
    /// repository shows first.
    func revision(_ version: String?) throws(PackageFailure) -> Revision {
        let listed = git(["ls-remote", url, "HEAD", "refs/heads/*", "refs/tags/*"])
        if process.wasCancelled { throw .cancelled }
        guard listed.status == 0 else {
            throw PackageFailure("%package: '\(url)' cannot be read.", details: Self.complaint(listed.output))
        }
        var commits: [String: String] = [:]
        for line in listed.output.split(separator: "\n") {
            let parts = line.split(separator: "\t")
            if parts.count == 2 { commits[String(parts[1])] = String(parts[0]) }
        }
        let releases = commits.keys.filter { $0.hasPrefix("refs/tags/") }.compactMap(Release.init).sorted()
        if let version {
            let wanted = releases.last { $0.matches(version) }
            if let wanted { return release(wanted, commits) }
            if let commit = commits["refs/tags/\(version)"] {
                return Revision(title: version, reference: version, moves: false, commit: commit)
            }
            if let commit = commits["refs/heads/\(version)"] {
                return Revision(title: version, reference: version, moves: true, commit: commit)
            }
            if version.count >= 7, version.allSatisfy(\.isHexDigit) {
                return Revision(title: version, reference: nil, moves: false, commit: version)
            }
            let newest = releases.filter(\.isStable).suffix(3).reversed().map(\.title).joined(separator: ", ")
            throw PackageFailure(
                "%package: \(name) has no version, branch or commit '\(version)'"
                    + (newest.isEmpty ? "." : "; its newest versions are \(newest)."))
        }
        if let newest = releases.last(where: \.isStable) { return release(newest, commits) }
        guard let head = commits["HEAD"] else { throw PackageFailure("%package: '\(url)' holds nothing yet.") }
        return Revision(title: String(head.prefix(7)), reference: nil, moves: true, commit: head)
    }

    private func release(_ release: Release, _ commits: [String: String]) -> Revision {
        Revision(
            title: release.title, reference: release.tag, moves: false,
            commit: commits["refs/tags/\(release.tag)"] ?? "")
    }

    /// Brings a version into a folder, which is there whole or not at all.
    func fetch(_ revision: Revision, to folder: String) throws(PackageFailure) {
        let scratch = "\(folder).\(getpid())"
        try? FileManager.default.removeItem(atPath: scratch)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        var arguments = ["-c", "advice.detachedHead=false", "clone", "--quiet", "--recurse-submodules"]
        if let reference = revision.reference { arguments += ["--depth", "1", "--branch", reference] }
        var result = git(arguments + [url, scratch])
        if result.status == 0, revision.reference == nil {
            result = git(["-C", scratch, "checkout", "--quiet", revision.commit])
        }
        if process.wasCancelled { throw .cancelled }
        guard result.status == 0, rename(scratch, folder) == 0 else {
            throw PackageFailure(
                "%package: \(name) \(revision.title) cannot be fetched from \(url).",
                details: Self.complaint(result.output))
        }
    }

    /// Git, which asks nobody for a password.
    private func git(_ arguments: [String]) -> Subprocess.Result {
        process.run(
            "/usr/bin/env", ["GIT_TERMINAL_PROMPT=0", "GIT_SSH_COMMAND=ssh -oBatchMode=yes", "git"] + arguments)
    }

    /// The lines in which git says what is wrong.
    private static func complaint(_ output: String) -> [String] {
        let lines = output.split(separator: "\n").map(String.init)
        let grave = lines.filter { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") }
        return grave.isEmpty ? Array(lines.suffix(3)) : grave
    }
}

/// A tag that names a release, such as `1.2.0` or `v1.2.0`.
private struct Release: Comparable {
    let tag: String
    let numbers: [Int]
    /// What follows a hyphen.
    let preview: String?

    init?(_ reference: String) {
        tag = String(reference.dropFirst("refs/tags/".count))
        let text = tag.hasPrefix("v") ? tag.dropFirst() : tag[...]
        // A line that ends in ^{} says what commit the tag before it stands for.
        guard !text.hasSuffix("^{}") else { return nil }
        let parts = text.split(separator: "-", maxSplits: 1)
        guard let first = parts.first else { return nil }
        let words = first.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, (2...3).contains(numbers.count) else { return nil }
        self.numbers = numbers
        preview = parts.count > 1 ? String(parts[1]) : nil
    }

    var isStable: Bool { preview == nil }
    var title: String { tag.hasPrefix("v") ? String(tag.dropFirst()) : tag }

    /// Whether a person may mean it: `1.2` is any `1.2.x`.
    func matches(_ version: String) -> Bool {
        let wanted = version.hasPrefix("v") ? String(version.dropFirst()) : version
        if wanted == title { return true }
        return isStable && wanted.first?.isNumber == true && title.hasPrefix(wanted + ".")
    }

    static func < (a: Release, b: Release) -> Bool {
        if a.numbers != b.numbers { return a.numbers.lexicographicallyPrecedes(b.numbers) }
        guard let one = a.preview, let other = b.preview else { return a.preview != nil && b.preview == nil }
        return one < other
    }
}
