import Foundation

/// What is there of a file that is being fetched, under a name of its own beside the file's.
///
/// Beside it lies what the server calls this version of the file, so that parts of two versions are never put together.
/// One program at a time may have it open.
final class PartialFile: @unchecked Sendable {
    // Used by one thread at a time: by a connection's delegate while it lasts, and by the thread that waits for it after.
    let path: String
    private let target: String
    private var descriptor: Int32 = -1

    init(_ target: String) {
        self.target = target
        path = target + ".part"
    }

    func open() throws(CorpusError) {
        let folder = (target as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder, reason: error.localizedDescription)
        }
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CorpusError(.system(path, isWriting: true)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close()
            throw .unwritable(path: path, reason: "another program is fetching this file")
        }
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// What the server calls the version that these bytes belong to.
    var tag: String? {
        get { try? String(contentsOfFile: path + ".tag", encoding: .utf8) }
        set {
            if let newValue {
                try? newValue.write(toFile: path + ".tag", atomically: true, encoding: .utf8)
            } else {
                unlink(path + ".tag")
            }
        }
    }

    /// Forgets what is there.
    func clear() {
        ftruncate(descriptor, 0)
        tag = nil
    }

    func append(_ data: Data) throws(FileError) {
        var rest = data
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw .system(path, isWriting: true) }
            rest = rest.dropFirst(written)
        }
    }

    func remove() {
        unlink(path)
        tag = nil
    }

    /// Puts the file, which is complete, under its own name.
    func finish() throws(CorpusError) {
        guard fsync(descriptor) == 0, rename(path, target) == 0 else {
            throw CorpusError(.system(target, isWriting: true))
        }
        tag = nil
    }
}
