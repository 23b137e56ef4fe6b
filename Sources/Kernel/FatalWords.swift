import WorkerFrames

/// What the Swift runtime prints before a trap: `file:line: Fatal error: reason` and a stack of addresses. The reason is
/// told with the cell's line when the cell has ended, so it is taken out of the cell's output.
struct FatalWords: Sendable {
    private var held = ""
    /// Whether what was printed about a trap has been told below the cell that started the thread.
    private var isTold = false

    private static let marks = ["Fatal error", "Precondition failed", "Assertion failed", castFailure]
    private static let castFailure = "Could not cast value of type"

    init() {}

    /// What the runtime has printed on one thread.
    init(_ words: String) { _ = take(words) }

    /// Takes a text from standard error; what is not about a trap comes back.
    mutating func take(_ text: String) -> String {
        guard held.isEmpty else {
            held += text
            return ""
        }
        guard let mark = Self.marks.compactMap({ text.firstRange(of: $0)?.lowerBound }).min() else { return text }
        let start = text[..<mark].lastIndex(of: "\n").map(text.index(after:)) ?? text.startIndex
        held = String(text[start...])
        return String(text[..<start])
    }

    /// Why the runtime ended the program, in its own words.
    var reason: String? {
        guard let mark = Self.marks.compactMap({ held.firstRange(of: $0) }).min(by: { $0.lowerBound < $1.lowerBound })
        else { return nil }
        // A failed cast is told without a mark before it, and with the addresses of the types.
        var words = held[mark].elementsEqual(Self.castFailure) ? held[mark.lowerBound...] : held[mark.upperBound...]
        if let stack = words.firstRange(of: "\nCurrent stack trace:") { words = words[..<stack.lowerBound] }
        while words.first == ":" || words.first == " " { words.removeFirst() }
        while words.last?.isNewline == true { words.removeLast() }
        return words.isEmpty ? String(held[mark]) : String(words).replacing(#/ \(0x[0-9a-f]+\)/#, with: "")
    }

    /// The reason of a trap on a thread that no cell waited for. Where several trap at once, their words mix.
    mutating func tell() -> String? {
        isTold = true
        return reason
    }

    /// What is to be shown after all once the cell has ended.
    func rest(after ending: CellEnding) -> String {
        if case .trapped = ending { return "" }
        guard isTold else { return held }
        return held.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !Self.isAboutTrap($0) }
            .joined(separator: "\n")
    }

    private static func isAboutTrap(_ line: Substring) -> Bool {
        line.isEmpty || line.hasPrefix("Current stack trace:")
            || line.firstMatch(of: #/^\d+ +\S+ +0x[0-9a-f]+ /#) != nil
            || marks.contains { line.contains($0) }
    }
}
