import Foundation

/// A file's bytes, mapped into memory: opening costs nothing, and what is never read is never loaded.
final class MappedFile: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer

    init(_ path: String) throws(CheckpointError) {
        let path = (path as NSString).expandingTildeInPath
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CheckpointError(.unreadable(reason: "it is not a file"), file: path)
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw .unreadable(path)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        if let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) { munmap(start, bytes.count) }
    }

    /// Python's zip archives and bare pickles, by their first bytes.
    var isPickle: Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1]) && bytes[2...].contains(0x2E)
    }
}

extension CheckpointError {
    /// What the system said about a file just now.
    static func unreadable(_ path: String) -> CheckpointError {
        CheckpointError(.unreadable(reason: String(cString: strerror(errno))), file: path)
    }

    static func unwritable(_ path: String) -> CheckpointError {
        CheckpointError(.unwritable(reason: String(cString: strerror(errno))), file: path)
    }
}
