import FoundationEssentials
import Glibc

/// What `%package` is asked for: where a package lies, and which version of it.
package struct PackageReference: Hashable, Sendable {
    /// Where a package lies.
    enum Place: Hashable {
        case folder(String)
        case repository(url: String)
    }

    let place: Place
    package let version: String?

    /// Reads what stands after `%package`.
    ///
    /// - Parameter folder: where relative paths begin.
    package init(_ argument: String, in folder: String) throws(PackageFailure) {
        guard !argument.isEmpty else {
            throw PackageFailure(
                "%package needs a folder or a URL: `%package ../Counting`,"
                    + " `%package https://github.com/apple/swift-algorithms 1.2.0`.")
        }
        let (first, rest) = Self.split(argument)
        if Self.isURL(first) {
            guard !rest.contains(" ") else {
                throw PackageFailure("%package takes a URL and one version, not '\(rest)'.")
            }
            place = .repository(url: first)
            version = rest.isEmpty ? nil : rest
            return
        }
        // A folder's name may hold spaces, with or without quotation marks.
        guard let path = [argument, first].map({ Self.absolute($0, in: folder) }).first(where: Self.isFolder) else {
            let parts = first.split(separator: "/", omittingEmptySubsequences: false)
            let isHost = parts.first.map { $0.dropFirst().contains(".") } ?? false
            // As people name what lies on GitHub.
            let isOwnerAndName =
                parts.count == 2 && !isHost && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            throw PackageFailure(
                "%package: there is no folder '\(rest.isEmpty ? first : argument)'"
                    + (isHost
                        ? "; a URL begins with https://."
                        : isOwnerAndName ? "; on GitHub it would be https://github.com/\(first)." : "."))
        }
        guard access("\(path)/Package.swift", R_OK) == 0 else {
            throw PackageFailure("%package: the folder '\(path)' has no Package.swift.")
        }
        guard rest.isEmpty || path == Self.absolute(argument, in: folder) else {
            throw PackageFailure("%package: a folder has no versions; leave '\(rest)' out.")
        }
        place = .folder(path)
        version = nil
    }

    /// The last part of the path, without what marks a repository.
    package var name: String {
        let path: String
        switch place {
        case .folder(let folder): path = folder
        case .repository(let url): path = url
        }
        let last = path.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? "package"
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    private static func split(_ argument: String) -> (first: String, rest: String) {
        let quote = argument.first.flatMap { "\"'".contains($0) ? $0 : nil }
        let body = quote == nil ? argument[...] : argument.dropFirst()
        let end = body.firstIndex { quote == nil ? $0.isWhitespace : $0 == quote } ?? body.endIndex
        let rest = end < body.endIndex ? body[body.index(after: end)...] : ""
        return (String(body[..<end]), String(rest.drop(while: \.isWhitespace)))
    }

    /// `https://...`, `file:///...`, or `git@host:...`
    private static func isURL(_ text: String) -> Bool {
        if text.contains("://") { return true }
        guard let colon = text.firstIndex(of: ":"), !text.contains(where: \.isWhitespace) else { return false }
        return text[..<colon].contains("@") && !text[..<colon].contains("/")
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func absolute(_ path: String, in folder: String) -> String {
        if path == "~" || path.hasPrefix("~/") {
            return FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
        }
        let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        guard let resolved = realpath(whole, nil) else { return whole }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
