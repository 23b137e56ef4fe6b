/// A place in a cell's text, counted in Unicode code points as Jupyter counts it.
package struct CodePosition {
    /// What the person wrote.
    package let text: CodeText
    /// The text without its magics.
    package let code: CodeText
    /// The code points before the cursor.
    package let cursor: Int
    /// The code points of the word around the cursor or at its side; empty where there is none.
    package let word: Range<Int>

    package init(_ written: String, cursor: Int) {
        text = CodeText(written)
        code = text.blankingMagics
        self.cursor = min(max(cursor, 0), text.scalars.count)
        word = text.span(around: self.cursor, where: \.continuesIdentifier)
    }

    /// What of the word stands before the cursor.
    package var prefix: String { text[word.lowerBound..<cursor] }

    /// The code point before the word, spaces left out.
    var scalarBeforeWord: Unicode.Scalar? {
        text.scalars[..<word.lowerBound].last { !$0.properties.isWhitespace }
    }

    /// The code points of the operator around the cursor or at its side.
    var symbol: Range<Int> { text.span(around: cursor, where: \.continuesOperator) }

    /// The code points of the cursor's line.
    var line: Range<Int> { text.span(around: cursor) { !$0.isNewline } }

    /// The text in which only the line of the cursor is left, for when other lines mislead the compiler.
    package var lineAlone: CodeText { code.blanking { !line.contains($0) } }

    /// The text up to the cursor with an end for the string, where it may be in the middle of `"... \\(`; else nil. Of a
    /// string in one line only that line is left.
    var openInterpolation: CodeText? {
        let before = code[line.lowerBound..<cursor]
        guard before.contains("\\(") else { return nil }
        let all = code[0..<cursor]
        if all.ranges(of: "\"\"\"").count % 2 == 1 { return CodeText(all + ")\n\"\"\"") }
        return CodeText(code.blanking { _ in true }[0..<line.lowerBound] + before + ")\"")
    }

    /// The code points of the magic in which the cursor is, up to the cursor: `%ti` in `%ti`; nil in Swift.
    package var magic: Range<Int>? {
        let start = line.lowerBound
        guard let sign = text.scalars[start..<cursor].firstIndex(where: { !$0.properties.isWhitespace }),
            text.scalars[sign] == "%",
            text.scalars[sign..<cursor].drop(while: { $0 == "%" }).allSatisfy(\.continuesIdentifier)
        else { return nil }
        return sign..<cursor
    }

    /// The magic's name and the code points of its argument up to the cursor, in the line of a magic that takes no
    /// Swift: `cd` and `/us` in `%cd /us`; else nil.
    var magicArgument: (name: String, range: Range<Int>)? {
        let before = line.lowerBound..<cursor
        guard let sign = text.scalars[before].firstIndex(where: { !$0.properties.isWhitespace }),
            text.scalars[sign] == "%", let space = text.scalars[sign..<cursor].firstIndex(of: " ")
        else { return nil }
        let start = text.scalars[space..<cursor].firstIndex { $0 != " " } ?? cursor
        let name = String(text[sign..<space].drop { $0 == "%" })
        return ["time", "timeit", "fast"].contains(name) ? nil : (name, start..<cursor)
    }
}

/// A text as the code points that it is made of.
package struct CodeText {
    let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }
    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// The text as a string.
    package var string: String { self[0..<scalars.count] }

    package subscript(range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// Whether the compiler would need so long to understand all of the text that a person would wait.
    var isHuge: Bool { scalars.count > 20_000 }

    /// The text with the member in an extension of the type before it, as `Array.map` has it; nil where no type's name
    /// stands before the place.
    func insideOfType(_ member: Range<Int>) -> (code: CodeText, place: Range<Int>)? {
        let before = scalars[..<member.lowerBound]
        guard before.last == "." else { return nil }
        let start = before.dropLast().lastIndex { !$0.continuesIdentifier && $0 != "." }.map { $0 + 1 } ?? 0
        let type = self[start..<member.lowerBound - 1]
        guard type.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ $0.first?.isUppercase == true })
        else { return nil }
        let opening = "\nextension \(type) { func inside() { self."
        let place = scalars.count + opening.unicodeScalars.count
        return (CodeText(string + opening + self[member] + " } }"), place..<place + member.count)
    }

    /// The names in the text that begin in a certain way.
    package func words(beginning prefix: String, except excluded: Range<Int>) -> Set<String> {
        var words: Set<String> = []
        var start = 0
        while let first = scalars[start...].firstIndex(where: \.continuesIdentifier) {
            let end = scalars[first...].firstIndex { !$0.continuesIdentifier } ?? scalars.count
            let word = first..<end
            if word != excluded, !("0"..."9").contains(scalars[first]) {
                let text = self[word]
                if text.hasPrefix(prefix) { words.insert(text) }
            }
            start = end
        }
        return words
    }

    /// The bytes before a code point in UTF-8, as the compiler counts.
    package func byteOffset(of position: Int) -> Int { scalars[..<position].reduce(0) { $0 + UTF8.width($1) } }

    /// The code points on both sides of a place that pass a test, without a gap.
    func span(around position: Int, where test: (Unicode.Scalar) -> Bool) -> Range<Int> {
        let start = scalars[..<position].lastIndex { !test($0) }.map { $0 + 1 } ?? 0
        let end = scalars[position...].firstIndex { !test($0) } ?? scalars.count
        return start..<end
    }

    /// The text with spaces in some places; its lines and the places of its code points stay.
    func blanking(where test: (Int) -> Bool) -> CodeText {
        CodeText(scalars: scalars.indices.map { !test($0) || scalars[$0].isNewline ? scalars[$0] : " " })
    }

    /// The text with spaces in place of magics such as `%time`, which are no Swift.
    var blankingMagics: CodeText {
        guard scalars.contains("%") else { return self }
        var (isLineStart, isMagic) = (true, false)
        return blanking { index in
            let scalar = scalars[index]
            if scalar.properties.isWhitespace {
                if scalar.isNewline { isLineStart = true }
                isMagic = false
            } else {
                if isLineStart { isMagic = scalar == "%" }
                isLineStart = false
            }
            return isMagic
        }
    }
}

extension Unicode.Scalar {
    var isNewline: Bool { self == "\n" || self == "\r" }

    /// Whether the scalar can stand in a name. Beyond ASCII that is what is neither a space nor an operator.
    var continuesIdentifier: Bool {
        if isASCII { return properties.isAlphabetic || ("0"..."9").contains(self) || self == "_" || self == "$" }
        return !properties.isWhitespace && !continuesOperator && properties.generalCategory != .control
    }

    /// Whether the scalar can stand in an operator, after the language's lexical structure.
    var continuesOperator: Bool {
        if isASCII { return "/=-+!*%<>&|^~?".unicodeScalars.contains(self) }
        return switch value {
        case 0xA1...0xA7, 0xA9, 0xAB, 0xAC, 0xAE, 0xB0, 0xB1, 0xB6, 0xBB, 0xBF, 0xD7, 0xF7, 0x2016...0x2017,
            0x2020...0x2027, 0x2030...0x203E, 0x2041...0x2053, 0x2055...0x205E, 0x2190...0x23FF, 0x2500...0x2775,
            0x2794...0x2BFF, 0x2E00...0x2E7F, 0x3001...0x3003, 0x3008...0x3020, 0x3030:
            true
        default: false
        }
    }
}
