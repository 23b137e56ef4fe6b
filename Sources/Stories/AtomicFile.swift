import Foundation

/// Files that are whole or not there: written under a temporary name, synced, then renamed.
package enum AtomicFile {
    /// Writes a file, and the folder that it lies in where that is missing.
    package static func write(_ data: Data, to path: String) throws(CorpusError) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw .unwritable(path: folder, reason: error.localizedDescription)
            }
        }
        let temporary = path + ".\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .unwritable(path: path, reason: String(cString: strerror(errno))) }
        var failure: Int32 = 0
        data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Foundation.write(file, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if written < 0 {
                    failure = errno
                    return
                }
                offset += written
            }
        }
        if failure == 0, fsync(file) != 0 { failure = errno }
        close(file)
        if failure == 0, rename(temporary, path) != 0 { failure = errno }
        guard failure == 0 else {
            unlink(temporary)
            throw .unwritable(path: path, reason: String(cString: strerror(failure)))
        }
    }
}
