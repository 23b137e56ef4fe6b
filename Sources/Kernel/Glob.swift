/// A pattern for whole texts in which `*` stands for any characters and `?` for one.
package struct Glob {
    private let pattern: [Unicode.Scalar]

    package init(_ pattern: String) {
        self.pattern = Array(pattern.unicodeScalars)
    }

    /// Whether the pattern fits a whole text. Takes at most the product of both lengths.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (position, place) = (0, 0)
        // Where to go on when what follows the last star does not fit: the star takes one more character.
        var retry: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == "*" {
                retry = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[position] {
                position += 1
                place += 1
            } else if let star = retry {
                retry = (star.place, star.position + 1)
                (place, position) = (star.place + 1, star.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == "*" }
    }
}
