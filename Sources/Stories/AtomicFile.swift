import Foundation

/// A file that appears under its name only when all of it is on the disk.
///
/// Bytes go to a temporary name beside it; `commit()` syncs and renames. A program killed at any moment leaves the old
/// file whole, or the new one. Without `commit()` nothing remains.
package final class AtomicFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32

    /// Begins a file, and makes the folder that it lies in where that is missing.
    package init(_ path: String) throws(FileError) {
        let path = path.withHomeExpanded
        self.path = path
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw FileError(folder, reason: error.localizedDescription, isWriting: true)
            }
        }
        temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
        descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(path, isWriting: true) }
    }

    deinit {
        close(descriptor)
        unlink(temporary)
    }

    /// Writes numbers, as they lie in memory, behind what was written before.
    package func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws(FileError) {
        try write(numbers) { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    }

    /// Lets the file have no name any more: it goes with the program, and cannot be committed.
    func forgetName() { unlink(temporary) }

    /// Writes what another file has been given behind what was written before.
    func write(contentsOf other: AtomicFile) throws(FileError) {
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        var offset: off_t = 0
        while true {
            let count = pread(other.descriptor, &chunk, chunk.count, offset)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(other.path) }
            guard count > 0 else { return }
            try write(Array(chunk[..<count]))
            offset += off_t(count)
        }
    }

    /// Writes numbers over what stands at an offset.
    func write<Number: BitwiseCopyable>(_ numbers: [Number], at offset: Int) throws(FileError) {
        var place = off_t(offset)
        try write(numbers) { part in
            let written = pwrite(descriptor, part.baseAddress, part.count, place)
            place += off_t(max(0, written))
            return written
        }
    }

    private func write<Number: BitwiseCopyable>(
        _ numbers: [Number], by call: (UnsafeRawBufferPointer) -> Int
    ) throws(FileError) {
        try numbers.withUnsafeBufferPointer { numbers throws(FileError) in
            var rest = UnsafeRawBufferPointer(numbers)[...]
            while !rest.isEmpty {
                let written = call(UnsafeRawBufferPointer(rebasing: rest))
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { throw .system(path, isWriting: true) }
                rest = rest.dropFirst(written)
            }
        }
    }

    /// Puts the file under its name.
    package func commit() throws(FileError) {
        guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw .system(path, isWriting: true) }
        // The new name itself is on the disk only when the folder is.
        let parent = (path as NSString).deletingLastPathComponent
        let folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Replaces a file's contents in one step.
    package static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
        let file = try AtomicFile(path)
        try file.write(Array(bytes))
        try file.commit()
    }
}
