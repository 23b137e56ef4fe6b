import FoundationEssentials
import Glibc

extension CellCompiler {
    /// How many bytes of compiled cells are kept.
    private static let limit = 512 << 20

    /// Removes the cells that were used least recently, down to the limit, and those of other installations that have
    /// not been used for two weeks.
    package func prune() {
        let cache = URL(filePath: folder).deletingLastPathComponent().path
        let fortnight: Double = 14 * 24 * 3600
        for store in Self.files(in: cache) where store.path != folder && store.path.contains("/cells-") {
            if store.age > fortnight { try? FileManager.default.removeItem(atPath: store.path) }
        }
        // Those of the last hour may belong to a session that runs.
        let cells = Self.files(in: folder).filter { $0.path.contains("/Cell_") }.sorted { $0.age < $1.age }
        var kept = 0
        for cell in cells {
            kept += cell.size
            if kept > Self.limit, cell.age > 3600 { try? FileManager.default.removeItem(atPath: cell.path) }
        }
    }

    private static func files(in folder: String) -> [(path: String, size: Int, age: Double)] {
        let now = Double(time(nil))
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { name in
            let path = "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return (path, Int(status.st_size), now - Double(status.st_mtim.tv_sec))
        }
    }
}
