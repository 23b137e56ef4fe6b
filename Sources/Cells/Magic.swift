/// A line that begins with a percent sign: it speaks to the kernel, not to the compiler.
package struct Magic: Hashable, Sendable {
    package let name: String
    /// What stands after the name.
    package let argument: String

    package init(name: String, argument: String = "") { (self.name, self.argument) = (name, argument) }
}

/// A cell's text, and the magic lines at its beginning.
package struct MagicText: Sendable {
    package let magics: [Magic]
    /// The text with empty lines where the magics were, so that lines keep their numbers.
    package let text: String

    package init(_ source: String) {
        var magics: [Magic] = []
        var lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        for index in lines.indices {
            let line = lines[index].drop { $0 == " " || $0 == "\t" }
            if line.isEmpty { continue }
            guard line.first == "%" else { break }
            let words = line.drop { $0 == "%" }.split(separator: " ", maxSplits: 1)
            magics.append(
                Magic(
                    name: words.first.map(String.init) ?? "",
                    argument: words.count > 1 ? String(words[1].trimmed) : ""))
            lines[index] = ""
        }
        self.magics = magics
        text = magics.isEmpty ? source : lines.joined(separator: "\n")
    }

    package var hasCode: Bool { text.contains { !$0.isWhitespace } }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = drop { $0.isWhitespace }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
