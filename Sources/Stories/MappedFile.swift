import Foundation

/// A file's bytes, mapped into memory: opening costs nothing, and what is never read is never loaded.
package final class MappedFile: @unchecked Sendable {
    // The mapping is never written and lives as long as the object, so that threads may share it.
    package let bytes: UnsafeRawBufferPointer
    package let path: String

    package init(_ path: String) throws(FileError) {
        let path = path.withHomeExpanded
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(path, reason: "it is no file") }
        self.path = path
        guard status.st_size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file, 0)
        guard let start, start != MAP_FAILED else { throw .system(path) }
        bytes = UnsafeRawBufferPointer(start: start, count: Int(status.st_size))
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }

    /// Gives the pages of a part back to the system, so that reading a large file from end to end stays small.
    ///
    /// Whoever has looked beyond the part's ends has been given as much of its neighbours as the system maps at a time:
    /// that goes too. Who still reads it finds it again.
    func forget(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let mappedAtATime = 1 << 16
        let start = max(0, (range.lowerBound - mappedAtATime) / page * page)
        let end = min(bytes.count, range.upperBound + mappedAtATime) / page * page
        guard start < end, let base = bytes.baseAddress else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }
}

extension String {
    /// The path with `~` replaced by the home directory.
    package var withHomeExpanded: String { (self as NSString).expandingTildeInPath }
}
