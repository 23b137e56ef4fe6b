/// Turns texts into numbers: one for each word, one for each run of words. Equal runs have equal numbers.
struct RougeReader {
    private let isStemming: Bool
    private var numbers: [String: UInt32] = [:]
    private var grams: [UInt64: UInt32] = [:]

    init(isStemming: Bool) { self.isStemming = isStemming }

    /// The numbers of a text's words: runs of a to z and 0 to 9 after lower-casing, everything else a gap.
    mutating func words(of text: String) -> [UInt32] {
        var words: [UInt32] = []
        var word: [UInt8] = []
        var text = text
        text.withUTF8 { bytes in
            words.reserveCapacity(bytes.count / 5)
            var index = 0
            while index < bytes.count {
                let byte = bytes[index]
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): word.append(byte)
                case UInt8(ascii: "A")...UInt8(ascii: "Z"): word.append(byte | 0x20)
                case 0xE2 where bytes[index...].starts(with: [0xE2, 0x84, 0xAA]):
                    // The sign of Kelvin is a k in lower case.
                    word.append(UInt8(ascii: "k"))
                    index += 2
                case 0xC4 where bytes[index...].starts(with: [0xC4, 0xB0]):
                    // I with a dot is in lower case an i and a combining dot, which is a gap.
                    word.append(UInt8(ascii: "i"))
                    finish(&word, into: &words)
                default: finish(&word, into: &words)
                }
                index += 1
            }
        }
        finish(&word, into: &words)
        return words
    }

    /// The numbers of every run of so many words.
    mutating func grams(of words: [UInt32], length: Int) -> [UInt32] {
        guard words.count >= length else { return [] }
        // Each round makes runs of one more word out of a run and the word after it.
        var runs = words
        for round in 1..<max(length, 1) {
            runs = zip(runs, words.dropFirst(round)).map { run, word in
                let key = UInt64(run) << 32 | UInt64(word)
                if let number = grams[key] { return number }
                let number = UInt32(truncatingIfNeeded: grams.count)
                grams[key] = number
                return number
            }
        }
        return runs
    }

    private mutating func finish(_ word: inout [UInt8], into words: inout [UInt32]) {
        guard !word.isEmpty else { return }
        let text = String(decoding: word, as: UTF8.self)
        words.append(numbers[text] ?? number(word, text))
        word.removeAll(keepingCapacity: true)
    }

    /// A new word's number, which is its stem's: only words of more than three letters have one of their own.
    private mutating func number(_ word: [UInt8], _ text: String) -> UInt32 {
        let stem = isStemming && word.count > 3 ? PorterStemmer.stem(word) : word
        // A stem may be a word that was met as it is: both are kept under one number.
        let key = "\u{0}" + String(decoding: stem, as: UTF8.self)
        let number = numbers[key] ?? UInt32(truncatingIfNeeded: numbers.count)
        numbers[key] = number
        numbers[text] = number
        return number
    }
}
