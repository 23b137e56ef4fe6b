import FoundationEssentials
import Glibc

extension CellCompiler {
    /// Keeps the cache within a bound: removes what was used least recently, be it a cell, a package, or all cells of
    /// another build. Nothing goes that a running session uses.
    ///
    /// - Parameter limit: bytes of everything together.
    package func prune(to limit: Int = 1 << 30) {
        let cache = URL(filePath: folder).deletingLastPathComponent().path
        for name in Self.names(in: cache) where name.hasSuffix(CacheFolder.removed) {
            try? FileManager.default.removeItem(atPath: "\(cache)/\(name)")
        }
        removeOlderBuilds(in: cache)
        let others = Self.names(in: cache).filter { $0.hasPrefix("cells-") }.map { "\(cache)/\($0)" }
        let packages = Self.names(in: "\(cache)/packages").map { "\(cache)/packages/\($0)" }
        var items: [Item] = (others.filter { $0 != folder } + packages).map { path in
            Item(size: Self.size(of: path), lastUse: CacheFolder.lastUse(of: path)) { CacheFolder.remove(path) }
        }
        let cells = cells()
        items += cells
        var total = Self.size(of: folder) - cells.reduce(0) { $0 + $1.size } + items.reduce(0) { $0 + $1.size }
        guard total > limit else { return }
        for item in items.sorted(by: { $0.lastUse < $1.lastUse }) where total > limit {
            if item.remove() { total -= item.size }
        }
        for name in Self.names(in: folder) where name.hasPrefix(Self.links) && module(at: "\(folder)/\(name)") == nil {
            unlink("\(folder)/\(name)")
        }
    }

    /// Something that can be removed.
    private struct Item {
        let size: Int
        let lastUse: Double
        /// Removes it; false where it is used.
        let remove: () -> Bool
    }

    /// A worker that was built again finds nothing in the store of the one before it.
    private func removeOlderBuilds(in cache: String) {
        for name in Self.names(in: cache) where name.hasPrefix("cells-") && "\(cache)/\(name)" != folder {
            let other = try? String(contentsOfFile: "\(cache)/\(name)/worker", encoding: .utf8)
            if other == builder { CacheFolder.remove("\(cache)/\(name)") }
        }
    }

    /// The compiled cells of this build, each with all of its files.
    private func cells() -> [Item] {
        let files = Dictionary(grouping: Self.names(in: folder).filter { $0.hasPrefix("Cell_") }) { $0.prefix(21) }
        return files.values.map { names in
            let paths = names.map { "\(folder)/\($0)" }
            return Item(
                size: paths.reduce(0) { $0 + Self.size(of: $1) }, lastUse: paths.map(Self.lastChange).max() ?? 0
            ) { [self] in
                // Another session of this build may use any of them, and this one those that it has looked for.
                var isRemoved = false
                _ = store.alone {
                    looking.withLock { _ in
                        guard paths.allSatisfy({ Self.lastChange(of: $0) < Double(started) }) else { return }
                        for path in paths { try? FileManager.default.removeItem(atPath: path) }
                        isRemoved = true
                    }
                }
                return isRemoved
            }
        }
    }

    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private static func lastChange(of path: String) -> Double {
        var status = stat()
        return lstat(path, &status) == 0 ? Double(status.st_mtim.tv_sec) : 0
    }

    /// The bytes that a file takes, or all files in a folder.
    private static func size(of path: String) -> Int {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return Int(status.st_blocks) * 512 }
        return names(in: path).reduce(0) { $0 + size(of: "\(path)/\($1)") }
    }
}
