/// How much of one text is found in another, in n-grams of words or in their longest common subsequence (Lin 2004).
///
/// The numbers are those of Google's `rouge_score`, its words and its stemmer included.
///
/// ```swift
/// Rouge.n(2).score("the cat sat on the mat", against: "the cat lay on the mat").fMeasure        // 0.6
/// ```
public struct Rouge: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
        case grams(Int)
        case longestSubsequence
    }

    private let kind: Kind
    private let isStemming: Bool

    /// ROUGE-n: the overlap of runs of so many words.
    ///
    /// - Parameter stemming: whether words are reduced to their stems before they are compared.
    public static func n(_ length: Int, stemming: Bool = false) -> Rouge {
        Rouge(kind: .grams(max(1, length)), isStemming: stemming)
    }

    /// ROUGE-L: the longest sequence of words that both texts have in this order, with gaps.
    public static let l = Rouge.l()

    /// ROUGE-L: the longest sequence of words that both texts have in this order, with gaps.
    ///
    /// - Parameter stemming: whether words are reduced to their stems before they are compared.
    public static func l(stemming: Bool = false) -> Rouge {
        Rouge(kind: .longestSubsequence, isStemming: stemming)
    }

    /// What a comparison found, each from 0 to 1.
    public struct Score: Hashable, Sendable, CustomStringConvertible {
        /// How much of the text is in the reference.
        public let precision: Double
        /// How much of the reference is in the text.
        public let recall: Double

        /// The harmonic mean of precision and recall.
        public var fMeasure: Double {
            precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
        }

        init(common: Int, of units: Int, referenceUnits: Int) {
            precision = Double(common) / Double(max(units, 1))
            recall = Double(common) / Double(max(referenceUnits, 1))
        }

        public var description: String {
            let rounded = [precision, recall, fMeasure].map { ($0 * 1000).rounded() / 1000 }
            return "precision \(rounded[0]), recall \(rounded[1]), F \(rounded[2])"
        }
    }

    /// How much of a text is found in a reference.
    public func score(_ text: String, against reference: String) -> Score {
        var reader = RougeReader(isStemming: isStemming)
        return compare(units(of: text, &reader), units(of: reference, &reader))
    }

    /// How much of each text is found in the reference of the same place; the shorter list says how many there are.
    public func scores(_ texts: some Sequence<String>, against references: some Sequence<String>) -> [Score] {
        var reader = RougeReader(isStemming: isStemming)
        return zip(texts, references).map { compare(units(of: $0, &reader), units(of: $1, &reader)) }
    }

    /// The score of each text against the other that it is nearest to, by F-measure: how much the texts repeat each
    /// other. A single text has nothing to be near to and scores 0.
    public func nearest(_ texts: some Sequence<String>) -> [Score] {
        var reader = RougeReader(isStemming: isStemming)
        let all = texts.map { units(of: $0, &reader) }
        return all.indices.map { index in
            var best = Score(common: 0, of: 0, referenceUnits: 0)
            for other in all.indices where other != index {
                let score = compare(all[index], all[other])
                if score.fMeasure > best.fMeasure { best = score }
            }
            return best
        }
    }

    /// What is compared: n-grams in ascending order of their numbers, or words in the text's order.
    private func units(of text: String, _ reader: inout RougeReader) -> [UInt32] {
        switch kind {
        case .grams(let length): reader.grams(of: reader.words(of: text), length: length).sorted()
        case .longestSubsequence: reader.words(of: text)
        }
    }

    private func compare(_ units: [UInt32], _ reference: [UInt32]) -> Score {
        let common =
            switch kind {
            case .grams: commonCount(units, reference)
            case .longestSubsequence: commonSubsequenceLength(units, reference)
            }
        return Score(common: common, of: units.count, referenceUnits: reference.count)
    }
}

/// How many elements two ascending lists have in common, each as often as in the list that has fewer of it.
func commonCount(_ left: [UInt32], _ right: [UInt32]) -> Int {
    var (i, j, common) = (0, 0, 0)
    while i < left.count, j < right.count {
        let (a, b) = (left[i], right[j])
        if a == b { common += 1 }
        if a <= b { i += 1 }
        if b <= a { j += 1 }
    }
    return common
}

/// The length of the longest sequence that two lists have in their order, with gaps.
///
/// Sixty-four columns of the usual table at a time, as bits (Hyyrö 2004).
func commonSubsequenceLength(_ left: [UInt32], _ right: [UInt32]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return 0 }
    let words = (left.count + 63) / 64
    var places: [UInt32: [UInt64]] = [:]
    for (index, unit) in left.enumerated() {
        places[unit, default: [UInt64](repeating: 0, count: words)][index / 64] |= 1 << UInt64(index % 64)
    }
    var row = [UInt64](repeating: .max, count: words)
    for unit in right {
        guard let matches = places[unit] else { continue }
        var carry: UInt64 = 0
        for word in 0..<words {
            let old = row[word]
            let (half, first) = old.addingReportingOverflow(old & matches[word])
            let (sum, second) = half.addingReportingOverflow(carry)
            carry = first || second ? 1 : 0
            row[word] = sum | (old & ~matches[word])
        }
    }
    return (0..<left.count).count { row[$0 / 64] >> UInt64($0 % 64) & 1 == 0 }
}
