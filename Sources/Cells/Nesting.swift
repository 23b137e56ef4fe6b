/// How deep brackets stand in brackets: a parser tries whether `[[[[` begins a type, and needs twice as long for each
/// further one.
enum Nesting {
    /// How many square brackets may open one after another.
    private static let squareLimit = 12
    /// How many brackets may be open: the compiler gives up here.
    private static let limit = 250
    /// How many angle brackets may open in a line: for each a parser reads what follows again.
    private static let angleLimit = 1000

    /// The byte at which a text nests too deeply; nil where it does not.
    static func excess(in text: String) -> Int? {
        var text = text
        return text.withUTF8 { bytes in
            var (depth, squares, angles, next) = (0, 0, 0, 0)
            while next < bytes.count {
                let byte = bytes[next]
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "/"):
                    let end = endOfLiteral(at: next, in: bytes)
                    if end > next + 1 && byte != UInt8(ascii: "/") { squares = 0 }
                    next = end
                    continue
                case UInt8(ascii: "["): (depth, squares) = (depth + 1, squares + 1)
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: "{"): (depth, squares) = (depth + 1, 0)
                case UInt8(ascii: "<"): angles += 1
                case UInt8(ascii: "\n"): angles = 0
                case UInt8(ascii: "]"): (depth, squares) = (max(0, depth - 1), max(0, squares - 1))
                case UInt8(ascii: ")"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                // No type begins with a number.
                case UInt8(ascii: "0")...UInt8(ascii: "9") where next > 0 && bytes[next - 1] == UInt8(ascii: "["):
                    squares = 0
                default: break
                }
                if squares > squareLimit || depth > limit || angles > angleLimit { return next }
                next += 1
            }
            return nil
        }
    }

    /// The end of the string or comment that begins at a place, or the next place where none does.
    private static func endOfLiteral(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let rest = bytes[start...]
        if rest.starts(with: "//".utf8) { return rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count }
        if rest.starts(with: "/*".utf8) {
            var (depth, next) = (1, start + 2)
            while next < bytes.count && depth > 0 {
                let change =
                    bytes[next...].starts(with: "/*".utf8) ? 1 : bytes[next...].starts(with: "*/".utf8) ? -1 : 0
                depth += change
                next += change == 0 ? 1 : 2
            }
            return next
        }
        let hashes = rest.prefix { $0 == UInt8(ascii: "#") }.count
        let quotes = rest.dropFirst(hashes)
        guard quotes.first == UInt8(ascii: "\"") else { return start + max(1, hashes) }
        let mark = quotes.starts(with: "\"\"\"".utf8) ? 3 : 1
        let closing =
            [UInt8](repeating: UInt8(ascii: "\""), count: mark) + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        var next = start + hashes + mark
        while next < bytes.count {
            if bytes[next] == UInt8(ascii: "\\") && hashes == 0 {
                next += 2
                continue
            }
            if bytes[next...].starts(with: closing) { return next + closing.count }
            // A string that its line cuts off does not hide the lines below.
            if mark == 1 && bytes[next] == UInt8(ascii: "\n") { return next }
            next += 1
        }
        return bytes.count
    }
}
