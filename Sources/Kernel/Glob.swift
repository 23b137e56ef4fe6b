/// A pattern for whole texts in which `*` stands for any characters, `?` for one, and `[a-z]` for one of a class
/// (`[!a-z]` for one outside of it). A bracket without its partner stands for itself.
package struct Glob {
    private enum Element {
        case any
        case one
        case scalar(Unicode.Scalar)
        case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)

        /// Whether it fits one character.
        func fits(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .any, .one: true
            case .scalar(let own): own == scalar
            case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }

        var isAny: Bool { if case .any = self { true } else { false } }
    }

    private let pattern: [Element]

    package init(_ pattern: String) {
        var elements: [Element] = []
        var rest = Array(pattern.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": elements.append(.any)
            case "?": elements.append(.one)
            case "[": elements.append(Self.popClass(from: &rest) ?? .scalar("["))
            default: elements.append(.scalar(scalar))
            }
        }
        self.pattern = elements
    }

    /// Takes a class whose bracket is open; nil, and nothing taken, where the bracket is not closed.
    private static func popClass(from rest: inout ArraySlice<Unicode.Scalar>) -> Element? {
        let isNegated = rest.first == "!" || rest.first == "^"
        let body = rest.dropFirst(isNegated ? 1 : 0)
        // A closing bracket that comes first belongs to the class.
        guard let end = body.dropFirst().firstIndex(of: "]") else { return nil }
        var members = body[..<end]
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = members.popFirst() {
            if members.count >= 2, members.first == "-" {
                members.removeFirst()
                let last = members.removeFirst()
                if first <= last { ranges.append(first...last) }
            } else {
                ranges.append(first...first)
            }
        }
        rest = rest[(end + 1)...]
        return .oneOf(ranges, isNegated: isNegated)
    }

    /// Whether the pattern fits a whole text. Takes at most the product of both lengths.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (position, place) = (0, 0)
        // Where to go on when what follows the last star does not fit: the star takes one more character.
        var retry: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place].isAny {
                retry = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place].fits(text[position]) {
                position += 1
                place += 1
            } else if let star = retry {
                retry = (star.place, star.position + 1)
                (place, position) = (star.place + 1, star.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy(\.isAny)
    }
}
