/// A line that begins with a percent sign: it speaks to the kernel, not to the compiler.
package struct Magic: Hashable, Sendable {
    package let name: String
    /// What stands after the name.
    package let argument: String
    /// The argument as Swift in the place where it stands, so that messages about it name that place.
    package let code: String
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
            if line.isEmpty || line.hasPrefix("//") { continue }
            guard line.first == "%" else { break }
            let name = line.drop { $0 == "%" }.prefix { !$0.isWhitespace }
            let argument = line[name.endIndex...].trimmed
            let before = lines[index][..<argument.startIndex].utf8.count
            magics.append(
                Magic(
                    name: String(name), argument: String(argument),
                    code: String(repeating: "\n", count: index) + String(repeating: " ", count: before) + argument))
            lines[index] = ""
        }
        self.magics = magics
        text = magics.isEmpty ? source : lines.joined(separator: "\n")
    }

    /// A line below the first code that begins with a percent sign and a name, as only magics do: where it is, and its name.
    package var misplaced: (line: Int, name: String)? {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let rest = line.drop { $0 == " " || $0 == "\t" }
            guard rest.first == "%" else { continue }
            let name = rest.drop { $0 == "%" }.prefix { !$0.isWhitespace }
            if !name.isEmpty, name.allSatisfy(\.isLetter) { return (index + 1, String(name)) }
        }
        return nil
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
