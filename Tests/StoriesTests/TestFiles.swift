import Foundation

/// A file that is gone when the test is over.
final class TemporaryFile {
    let path: String
    var folder: String { (path as NSString).deletingLastPathComponent }

    init(_ text: String, named name: String = "file.txt") throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// Small files that a script made with a peer.
func fixture(_ name: String, file: String = #filePath) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/" + name).path
}

/// Real data that does not belong to the package: in the folder that `MARTLET_DATA` names, or beside the package.
func data(_ name: String, file: String = #filePath) -> String? {
    let package = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folders: [String?] = [
        ProcessInfo.processInfo.environment["MARTLET_DATA"],
        package.deletingLastPathComponent().appendingPathComponent("shared/data").path,
    ]
    return folders.compactMap { $0.map { $0 + "/" + name } }.first(where: FileManager.default.fileExists(atPath:))
}
