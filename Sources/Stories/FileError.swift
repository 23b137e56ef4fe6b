import Foundation

/// What the system says about a file that it does not give or take.
package struct FileError: Error, Hashable, Sendable {
    package let path: String
    package let reason: String
    /// Whether the file was to be written.
    package let isWriting: Bool

    package init(_ path: String, reason: String, isWriting: Bool = false) {
        (self.path, self.reason, self.isWriting) = (path, reason, isWriting)
    }

    /// The reason of the system call that failed just now.
    static func system(_ path: String, isWriting: Bool = false) -> FileError {
        FileError(path, reason: String(cString: strerror(errno)), isWriting: isWriting)
    }
}

extension CorpusError {
    init(_ error: FileError) {
        self =
            error.isWriting
            ? .unwritable(path: error.path, reason: error.reason) : .unreadable(path: error.path, reason: error.reason)
    }

    /// The value of a body, whose trouble with a file is a corpus's trouble.
    static func of<Value>(_ body: () throws(FileError) -> Value) throws(CorpusError) -> Value {
        do throws(FileError) { return try body() } catch { throw CorpusError(error) }
    }
}
