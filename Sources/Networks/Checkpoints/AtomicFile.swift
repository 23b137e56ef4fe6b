import Foundation

/// A file that appears under its name only when all of it is on the disk.
///
/// Bytes go to a temporary name beside it; `commit()` syncs and renames. A program killed at any moment leaves the old
/// file whole, or the new one. Without `commit()` nothing remains.
struct AtomicFile: ~Copyable {
    private let path: String
    private let temporary: String
    private let descriptor: Int32

    init(_ path: String) throws(CheckpointError) {
        self.path = (path as NSString).expandingTildeInPath
        temporary = "\(self.path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).partial"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .unwritable(self.path) }
    }

    deinit {
        close(descriptor)
        unlink(temporary)
    }

    func write(_ bytes: [UInt8]) throws(CheckpointError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw .unwritable(path) }
            done += written
        }
    }

    consuming func commit() throws(CheckpointError) {
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw .unwritable(path) }
        // The new name itself is on the disk only when the folder is.
        let folder = open((path as NSString).deletingLastPathComponent.nilIfEmpty ?? ".", O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Replaces a file's contents in one step.
    static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
        let file = try AtomicFile(path)
        try file.write(bytes)
        try file.commit()
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
