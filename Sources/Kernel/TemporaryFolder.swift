import FoundationEssentials
import Glibc

/// A folder that is removed when nobody needs it any more.
final class TemporaryFolder: Sendable {
    let path: String

    /// Makes one that only this user can read; nil where that is not possible.
    init?() {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/martlet-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { return nil }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
