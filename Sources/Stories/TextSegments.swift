/// A text cut at its special tokens.
struct TextSegments: RandomAccessCollection {
    enum Segment {
        case special(Int32)
        case text(UnsafeBufferPointer<UInt8>)
    }

    private var segments: [Segment] = []

    /// Cuts at the first special token, at the longest one where several start there, and goes on behind it.
    init(_ text: UnsafeBufferPointer<UInt8>, specialTokens: [SpecialToken]) {
        var specials = specialTokens.map { Search($0, in: text) }
        var start = 0
        while let best = specials.filter({ $0.place != nil }).min(by: Search.isBefore), let place = best.place {
            var begin = place
            var end = place + best.bytes.count
            if best.token.takesSpaceBefore { while begin > start, text[begin - 1].isASCIIWhiteSpace { begin -= 1 } }
            if best.token.takesSpaceAfter { while end < text.count, text[end].isASCIIWhiteSpace { end += 1 } }
            append(text, start..<begin)
            segments.append(.special(best.token.id))
            start = end
            for index in specials.indices { specials[index].advance(to: end, in: text) }
        }
        append(text, start..<text.count)
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        if !range.isEmpty { segments.append(.text(UnsafeBufferPointer(rebasing: text[range]))) }
    }

    var startIndex: Int { 0 }
    var endIndex: Int { segments.count }
    subscript(index: Int) -> Segment { segments[index] }

    /// Where a special token stands next.
    private struct Search {
        let token: SpecialToken
        let bytes: [UInt8]
        var place: Int?

        init(_ token: SpecialToken, in text: UnsafeBufferPointer<UInt8>) {
            self.token = token
            bytes = Array(token.text.utf8)
            place = bytes.isEmpty ? nil : Search.find(bytes, from: 0, in: text)
        }

        mutating func advance(to offset: Int, in text: UnsafeBufferPointer<UInt8>) {
            if let found = place, found < offset { place = Search.find(bytes, from: offset, in: text) }
        }

        static func isBefore(_ a: Search, _ b: Search) -> Bool {
            guard let left = a.place, let right = b.place else { return a.place != nil }
            return left != right ? left < right : a.bytes.count > b.bytes.count
        }

        private static func find(_ bytes: [UInt8], from offset: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
            bytes.withUnsafeBytes { UnsafeRawBufferPointer(text).first($0, from: offset) }
        }
    }
}
