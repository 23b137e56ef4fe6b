import Stories

/// Reads little-endian numbers and texts from the front of a file, and never past its end.
struct ByteReader {
    let file: MappedFile
    private(set) var position = 0

    init(_ file: MappedFile) { self.file = file }

    var remaining: Int { file.bytes.count - position }

    /// The next number.
    mutating func read<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(CheckpointError) -> Number {
        let size = MemoryLayout<Number>.size
        try require(size)
        defer { position += size }
        return Number(littleEndian: file.bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// The next 64-bit length of things that take at least `bytesEach` bytes.
    mutating func readCount(bytesEach: Int) throws(CheckpointError) -> Int {
        let count = try read(UInt64.self)
        guard let count = Int(exactly: count), count <= remaining / bytesEach else {
            throw CheckpointError(
                .malformed(reason: "\(count) entries are claimed where \(remaining) bytes are left"), file: file.path)
        }
        return count
    }

    /// The next text, after its length.
    mutating func readText() throws(CheckpointError) -> String {
        let count = try readCount(bytesEach: 1)
        defer { position += count }
        return String(decoding: file.bytes[position..<position + count], as: UTF8.self)
    }

    /// Passes over bytes.
    mutating func skip(_ count: Int) throws(CheckpointError) {
        try require(count)
        position += count
    }

    private func require(_ count: Int) throws(CheckpointError) {
        guard count <= remaining else {
            let (needed, _) = position.addingReportingOverflow(count)
            throw CheckpointError(.truncated(needed: needed, present: file.bytes.count), file: file.path)
        }
    }
}
