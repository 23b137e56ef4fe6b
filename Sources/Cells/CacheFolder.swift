import FoundationEssentials
import Glibc

/// A folder of the cache. As long as a process uses it, no other one removes it.
package final class CacheFolder: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens a folder, made where there is none.
    package init(_ path: String) throws {
        self.path = path
        let mark = Self.mark(of: path)
        while true {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let opened = open(mark, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard opened >= 0 else { throw CocoaError(.fileWriteNoPermission) }
            flock(opened, LOCK_SH)
            // One that was removed before it was locked is made again.
            if Self.isSame(opened, mark) {
                futimens(opened, nil)
                descriptor = opened
                return
            }
            close(opened)
        }
    }

    deinit { close(descriptor) }

    /// Does something while no other process uses the folder; false where one does.
    func alone(_ body: () -> Void) -> Bool {
        defer { flock(descriptor, LOCK_SH) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        body()
        return true
    }

    /// Removes a folder that nobody uses; false where somebody does.
    @discardableResult
    static func remove(_ path: String) -> Bool {
        let opened = open(mark(of: path), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { if opened >= 0 { close(opened) } }
        guard opened >= 0, flock(opened, LOCK_EX | LOCK_NB) == 0 else { return false }
        let aside = path + removed
        guard rename(path, aside) == 0 else { return false }
        try? FileManager.default.removeItem(atPath: aside)
        return true
    }

    /// How the name of a folder ends that is being removed.
    static let removed = ".removed"

    /// When a folder was last opened.
    static func lastUse(of path: String) -> Double {
        var status = stat()
        guard stat(mark(of: path), &status) == 0 || stat(path, &status) == 0 else { return 0 }
        return Double(status.st_mtim.tv_sec)
    }

    private static func mark(of path: String) -> String { "\(path)/used" }

    private static func isSame(_ descriptor: Int32, _ path: String) -> Bool {
        var held = stat()
        var present = stat()
        return fstat(descriptor, &held) == 0 && stat(path, &present) == 0 && held.st_ino == present.st_ino
    }
}
