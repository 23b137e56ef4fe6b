import Stories

extension MappedFile {
    /// Python's zip archives and bare pickles, by their first bytes.
    var isPickle: Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1]) && bytes[2...].contains(0x2E)
    }
}

extension CheckpointError {
    init(_ error: FileError) {
        self.init(
            error.isWriting ? .unwritable(reason: error.reason) : .unreadable(reason: error.reason), file: error.path)
    }

    /// The value of a body, whose trouble with a file is a checkpoint's trouble.
    static func of<Value>(_ body: () throws(FileError) -> Value) throws(CheckpointError) -> Value {
        do throws(FileError) { return try body() } catch { throw CheckpointError(error) }
    }
}
