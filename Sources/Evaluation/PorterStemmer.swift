/// Cuts endings off English words, so that "jumped" and "jumping" count as one word.
///
/// Porter's algorithm (1980) with the departures that NLTK makes from it, which are what `rouge_score` runs.
package struct PorterStemmer {
    private var word: [UInt8]

    /// The stem of a word of lower-case letters and digits.
    package static func stem(_ word: [UInt8]) -> [UInt8] {
        if let irregular = irregulars[word] { return irregular }
        guard word.count > 2 else { return word }
        var stemmer = PorterStemmer(word: word)
        stemmer.cutPlural()
        stemmer.cutPast()
        stemmer.turnFinalY()
        stemmer.applyDoubleEndings()
        stemmer.apply(PorterStemmer.singleEndings, minimum: 1)
        stemmer.apply(PorterStemmer.lastEndings, minimum: 2)
        stemmer.cutFinalE()
        stemmer.halveFinalL()
        return stemmer.word
    }

    // MARK: Steps, in order

    private mutating func cutPlural() {
        if ends("ies") {
            cut(word.count == 4 ? 1 : 2)
        } else if ends("sses") {
            cut(2)
        } else if ends("s"), !ends("ss") {
            cut(1)
        }
    }

    private mutating func cutPast() {
        if ends("ied") { return cut(word.count == 4 ? 1 : 2) }
        if ends("eed") {
            if measure(word.count - 3) > 0 { cut(1) }
            return
        }
        if ends("ed"), hasVowel(word.count - 2) {
            cut(2)
        } else if ends("ing"), hasVowel(word.count - 3) {
            cut(3)
        } else {
            return
        }
        if ends("at") || ends("bl") || ends("iz") {
            append("e")
        } else if endsInDoubleConsonant {
            if !ends("l"), !ends("s"), !ends("z") { cut(1) }
        } else if measure(word.count) == 1, isShort(word.count) {
            append("e")
        }
    }

    private mutating func turnFinalY() {
        if ends("y"), word.count > 2, isConsonant(word.count - 2) {
            cut(1)
            append("i")
        }
    }

    private mutating func applyDoubleEndings() {
        // "alli" comes before "bli", and what is left is looked at again.
        while ends("alli"), measure(word.count - 4) > 0 { cut(2) }
        if ends("logi") {
            if measure(word.count - 3) > 0 { cut(1) }
            return
        }
        apply(PorterStemmer.doubleEndings, minimum: 1)
    }

    private mutating func cutFinalE() {
        guard ends("e") else { return }
        let measure = measure(word.count - 1)
        if measure > 1 || measure == 1 && !isShort(word.count - 1) { cut(1) }
    }

    private mutating func halveFinalL() {
        if ends("ll"), measure(word.count - 1) > 1 { cut(1) }
    }

    /// Replaces the first ending that fits, if what stands before it is long enough; looks no further in any case.
    private mutating func apply(_ endings: [Ending], minimum: Int) {
        guard let ending = endings.first(where: { word.ends(with: $0.suffix) }) else { return }
        let rest = word.count - ending.suffix.count
        guard measure(rest) >= minimum else { return }
        if ending.suffix == PorterStemmer.ion {
            guard rest > 0, word[rest - 1] == UInt8(ascii: "s") || word[rest - 1] == UInt8(ascii: "t") else { return }
        }
        word.replaceSubrange(rest..., with: ending.replacement)
    }

    // MARK: What the conditions ask

    /// How often a vowel is followed by a consonant in the first letters: [C](VC){m}[V].
    private func measure(_ count: Int) -> Int {
        var (changes, wasConsonant) = (0, true)
        for index in 0..<max(0, count) {
            let isConsonant = isConsonant(index, after: index == 0 ? nil : wasConsonant)
            if isConsonant, !wasConsonant { changes += 1 }
            wasConsonant = isConsonant
        }
        return changes
    }

    private func hasVowel(_ count: Int) -> Bool {
        var before: Bool?
        for index in 0..<max(0, count) {
            let isConsonant = isConsonant(index, after: before)
            if !isConsonant { return true }
            before = isConsonant
        }
        return false
    }

    /// Whether the first letters end consonant, vowel, consonant other than w, x, y; or are a vowel and a consonant.
    private func isShort(_ count: Int) -> Bool {
        if count == 2 { return !isConsonant(0) && isConsonant(1) }
        guard count >= 3, ![UInt8(ascii: "w"), UInt8(ascii: "x"), UInt8(ascii: "y")].contains(word[count - 1])
        else { return false }
        return isConsonant(count - 3) && !isConsonant(count - 2) && isConsonant(count - 1)
    }

    private var endsInDoubleConsonant: Bool {
        word.count >= 2 && word[word.count - 1] == word[word.count - 2] && isConsonant(word.count - 1)
    }

    private func isConsonant(_ index: Int) -> Bool {
        // A run of y alternates, so its start decides.
        var start = index
        while start > 0, word[start] == UInt8(ascii: "y") { start -= 1 }
        var before: Bool?
        for place in start...index { before = isConsonant(place, after: before) }
        return before ?? true
    }

    private func isConsonant(_ index: Int, after before: Bool?) -> Bool {
        switch word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "y"): before.map { !$0 } ?? true
        default: true
        }
    }

    // MARK: Letters

    private func ends(_ suffix: StaticString) -> Bool {
        let length = suffix.utf8CodeUnitCount
        guard word.count >= length else { return false }
        for index in 0..<length where word[word.count - length + index] != suffix.utf8Start[index] { return false }
        return true
    }

    private mutating func cut(_ count: Int) { word.removeLast(count) }

    private mutating func append(_ letter: Unicode.Scalar) { word.append(UInt8(ascii: letter)) }

    // MARK: Endings

    private struct Ending {
        let suffix: [UInt8]
        let replacement: [UInt8]
    }

    private static func endings(_ pairs: KeyValuePairs<String, String>) -> [Ending] {
        pairs.map { Ending(suffix: Array($0.key.utf8), replacement: Array($0.value.utf8)) }
    }

    private static let ion = Array("ion".utf8)

    private static let doubleEndings = endings([
        "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
        "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
        "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
        "fulli": "ful",
    ])

    private static let singleEndings = endings([
        "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
    ])

    private static let lastEndings = endings([
        "al": "", "ance": "", "ence": "", "er": "", "ic": "", "able": "", "ible": "", "ant": "", "ement": "",
        "ment": "", "ent": "", "ion": "", "ou": "", "ism": "", "ate": "", "iti": "", "ous": "", "ive": "", "ize": "",
    ])

    private static let irregulars: [[UInt8]: [UInt8]] = {
        let forms: KeyValuePairs = [
            "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
            "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing", "cannings": "canning",
            "canning": "canning", "howe": "howe", "proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
        ]
        return Dictionary(uniqueKeysWithValues: forms.map { (Array($0.key.utf8), Array($0.value.utf8)) })
    }()
}

extension [UInt8] {
    fileprivate func ends(with suffix: [UInt8]) -> Bool {
        count >= suffix.count && self[(count - suffix.count)...].elementsEqual(suffix)
    }
}
