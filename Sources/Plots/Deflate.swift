/// The compression of PNG: repetitions become references, everything else the format's fixed codes.
///
/// The formats: RFC 1950 (zlib) and RFC 1951 (deflate).
package struct Deflate {
    private var bytes: [UInt8] = [0x78, 0x01]
    private var bits: UInt64 = 0
    private var count = 0

    /// The bytes compressed, in zlib's frame.
    package static func zlib(_ input: [UInt8]) -> [UInt8] {
        var deflate = Deflate()
        deflate.put(1, bits: 1)  // the last block
        deflate.put(1, bits: 2)  // of fixed codes
        deflate.compress(input)
        deflate.putSymbol(256)
        deflate.put(0, bits: 7)  // fills the last byte
        let sum = adler(of: input)
        return deflate.bytes + [UInt8(sum >> 24), UInt8(sum >> 16 & 255), UInt8(sum >> 8 & 255), UInt8(sum & 255)]
    }

    /// Greedy: at each place the last occurrence of the next three bytes is followed as far as it agrees.
    private mutating func compress(_ input: [UInt8]) {
        var latest = [Int](repeating: -1, count: 1 << 12)
        var place = 0
        while place < input.count {
            var length = 0
            var distance = 0
            if place + 3 <= input.count {
                let key = Deflate.key(input, place)
                let earlier = latest[key]
                latest[key] = place
                if earlier >= 0, place - earlier <= 32_768 {
                    let limit = min(258, input.count - place)
                    while length < limit, input[earlier + length] == input[place + length] { length += 1 }
                    distance = place - earlier
                }
            }
            if length >= 3 {
                putReference(length: length, distance: distance)
                place += length
            } else {
                putSymbol(Int(input[place]))
                place += 1
            }
        }
    }

    private static func key(_ input: [UInt8], _ place: Int) -> Int {
        let three = UInt32(input[place]) | UInt32(input[place + 1]) << 8 | UInt32(input[place + 2]) << 16
        return Int((three &* 2_654_435_761) >> 20)
    }

    private mutating func putReference(length: Int, distance: Int) {
        let (symbol, extra) = Deflate.step(length, in: Deflate.lengths)
        putSymbol(257 + symbol)
        put(UInt64(length - Deflate.lengths[symbol].start), bits: extra)
        let (far, more) = Deflate.step(distance, in: Deflate.distances)
        put(Deflate.reversed(UInt64(far), bits: 5), bits: 5)
        put(UInt64(distance - Deflate.distances[far].start), bits: more)
    }

    private static func step(_ value: Int, in table: [(start: Int, extra: Int)]) -> (Int, Int) {
        var symbol = table.count - 1
        while table[symbol].start > value { symbol -= 1 }
        return (symbol, table[symbol].extra)
    }

    /// A literal or a length, in the fixed code.
    private mutating func putSymbol(_ symbol: Int) {
        let (code, length): (Int, Int) =
            switch symbol {
            case ..<144: (0x30 + symbol, 8)
            case ..<256: (0x190 + symbol - 144, 9)
            case ..<280: (symbol - 256, 7)
            default: (0xC0 + symbol - 280, 8)
            }
        put(Deflate.reversed(UInt64(code), bits: length), bits: length)
    }

    private static func reversed(_ code: UInt64, bits: Int) -> UInt64 {
        (0..<bits).reduce(0) { $0 | (code >> UInt64($1) & 1) << UInt64(bits - 1 - $1) }
    }

    private mutating func put(_ value: UInt64, bits length: Int) {
        bits |= value << UInt64(count)
        count += length
        while count >= 8 {
            bytes.append(UInt8(bits & 255))
            bits >>= 8
            count -= 8
        }
    }

    private static func adler(of bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    /// Where each length symbol starts and how many extra bits follow it; 258 has a symbol of its own.
    private static let lengths: [(start: Int, extra: Int)] =
        starts(from: 3, extras: [0, 0, 0, 0, 0, 0, 0, 0] + (1...5).flatMap { [$0, $0, $0, $0] }) + [(258, 0)]
    private static let distances: [(start: Int, extra: Int)] =
        starts(from: 1, extras: [0, 0, 0, 0] + (1...13).flatMap { [$0, $0] })

    private static func starts(from first: Int, extras: [Int]) -> [(start: Int, extra: Int)] {
        var start = first
        return extras.map { extra in
            defer { start += 1 << extra }
            return (start, extra)
        }
    }
}
