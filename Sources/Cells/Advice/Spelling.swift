/// How far apart the spellings of two words are.
package enum Spelling {
    /// The word that is spelled most like one, where the two differ in no more than a slip or two.
    package static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        let slips = word.count < 3 ? 0 : word.count < 6 ? 1 : 2
        var best: (word: String, distance: Int)?
        for candidate in words where abs(candidate.count - word.count) <= slips && candidate != word {
            let distance = distance(Array(word.lowercased()), Array(candidate.lowercased()))
            if distance <= slips, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// How many letters must be added, left out, changed or swapped with the next one.
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var steps = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { steps = min(steps, beforeLast[j - 1] + 1) }
                row.append(steps)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
