extension Story {
    /// The sentences, each with all that is said in it: `"Look! A cat!" said Lily.` is one.
    public var sentences: [String] {
        var sentences: [String] = []
        let bytes = Array(text.utf8)
        var start = 0
        var isQuoting = false
        func close(_ end: Int) {
            let sentence = String(decoding: bytes[start..<end], as: UTF8.self).trimmed
            if !sentence.isEmpty { sentences.append(sentence) }
            start = end
        }
        for (place, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoting.toggle() }
            if byte == UInt8(ascii: "\n") { isQuoting = false }
            guard byte.isASCIIWhiteSpace, place > start, !isQuoting else { continue }
            // "Mr." ends no sentence, and neither does a question that goes on with "she asked".
            let next = bytes[place...].first { !$0.isASCIIWhiteSpace }
            if byte == UInt8(ascii: "\n") || (endsSentence(bytes[start..<place]) && next?.isLowercaseLetter != true) {
                close(place)
            }
        }
        close(bytes.count)
        return sentences
    }

    private func endsSentence(_ bytes: ArraySlice<UInt8>) -> Bool {
        let quotes: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: ")")]
        guard let last = bytes.last(where: { !quotes.contains($0) }), ".!?".utf8.contains(last) else { return false }
        return !["Mr.", "Mrs.", "Ms.", "Dr."].contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }
}

extension UInt8 {
    fileprivate var isLowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
}
