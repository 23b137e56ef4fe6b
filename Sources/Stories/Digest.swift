/// A 64-bit digest of bytes: it tells apart files, stories and words, and is no protection against malice.
///
/// Each step multiplies two 64-bit words to 128 bits and folds the halves together, as wyhash does.
struct Digest {
    private(set) var value: UInt64

    init(seed: UInt64 = 0) {
        value = Digest.mix(seed ^ 0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93)
    }

    init(of text: String) {
        self.init()
        combine(Array(text.utf8))
    }

    init(of bytes: UnsafeRawBufferPointer) {
        self.init()
        combine(bytes)
    }

    mutating func combine(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { combine($0) }
    }

    mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        value = Digest.mix(value ^ Digest.hash(bytes.baseAddress, bytes.count), 0xA076_1D64_78BD_642F)
    }

    mutating func combine(_ number: UInt64) {
        value = Digest.mix(value ^ number, 0xE703_7ED1_A0B4_28DB)
    }

    /// The hash of a run of bytes, quick on words of a few bytes and on whole files.
    @inline(__always)
    static func hash(_ start: UnsafeRawPointer?, _ count: Int) -> UInt64 {
        guard let start, count > 0 else { return 0x8EBC_6AF0_9C88_C6E3 }
        if count <= 16 {
            let (low, high) = ends(start, count)
            return mix(low ^ 0xA076_1D64_78BD_642F, high ^ UInt64(count) &* 0xE703_7ED1_A0B4_28DB)
        }
        return hashLong(start, count)
    }

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// All of at most 16 bytes in two words, which overlap where there are fewer.
    @inline(__always)
    private static func ends(_ start: UnsafeRawPointer, _ count: Int) -> (UInt64, UInt64) {
        if count >= 8 {
            return (
                start.loadUnaligned(as: UInt64.self), start.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            )
        }
        if count >= 4 {
            return (
                UInt64(start.loadUnaligned(as: UInt32.self)),
                UInt64(start.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            )
        }
        let first = UInt64(start.load(as: UInt8.self))
        let middle = UInt64(start.load(fromByteOffset: count / 2, as: UInt8.self))
        let last = UInt64(start.load(fromByteOffset: count - 1, as: UInt8.self))
        return (first | middle << 8 | last << 16, 0)
    }

    private static func hashLong(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var even = UInt64(count) ^ 0x5895_65C1_7C2F_91A7
        var odd = ~even
        var offset = 0
        while offset + 32 <= count {
            even = mix(
                even ^ start.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                0xA076_1D64_78BD_642F ^ start.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            odd = mix(
                odd ^ start.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
                0xE703_7ED1_A0B4_28DB ^ start.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
            offset += 32
        }
        while offset + 16 <= count {
            even = mix(
                even ^ start.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                odd ^ start.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            offset += 16
        }
        let (low, high) = ends(start + (count - 16), 16)
        return mix(even ^ low, odd ^ high)
    }
}

extension UInt64 {
    /// The number in 16 hexadecimal digits, as file names carry it.
    var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
