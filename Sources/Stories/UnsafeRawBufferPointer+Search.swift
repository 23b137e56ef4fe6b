import Foundation

extension UnsafeRawBufferPointer {
    /// Where some bytes stand first at an offset or behind it.
    func first(_ wanted: UnsafeRawBufferPointer, from offset: Int = 0) -> Int? {
        guard let base = baseAddress, let needle = wanted.baseAddress else { return nil }
        let first = Int32(wanted[0])
        var offset = offset
        while offset + wanted.count <= count {
            guard let found = memchr(base + offset, first, count - offset - wanted.count + 1) else { return nil }
            offset = UnsafeRawPointer(found) - base
            if memcmp(base + offset, needle, wanted.count) == 0 { return offset }
            offset += 1
        }
        return nil
    }

    /// The bytes without spaces and line breaks at both ends.
    var trimmingWhiteSpace: UnsafeRawBufferPointer {
        var start = startIndex
        var end = endIndex
        while start < end, self[start].isASCIIWhiteSpace { start += 1 }
        while start < end, self[end - 1].isASCIIWhiteSpace { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }

    /// Whether no byte is above 0x7F.
    var isASCII: Bool {
        var offset = 0
        while offset + 32 <= count {
            let four = loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
            if four & 0x8080_8080_8080_8080 != SIMD4<UInt64>.zero { return false }
            offset += 32
        }
        while offset < count {
            if self[offset] >= 0x80 { return false }
            offset += 1
        }
        return true
    }
}

extension UInt8 {
    /// Whether the byte is a space, a tabulator or a line break.
    var isASCIIWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
