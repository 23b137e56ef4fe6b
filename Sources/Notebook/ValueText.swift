/// The text of a value below a cell: what Swift itself says of it, where it says more than its fields; otherwise its
/// fields without the names of modules, in lines of their own where one line is too long.
struct ValueText {
    /// How many characters a line holds before it is broken.
    private static let width = 100
    /// How deep values are followed: a list whose elements hold the next one would have no end.
    private static let depth = 24

    /// What is known of a part: its text, or its parts between brackets.
    private indirect enum Part {
        case word(String)
        case group(String, [Part], String)
        case labelled(String, Part)

        var line: String {
            switch self {
            case .word(let text): text
            case .group(let open, let parts, let close): open + parts.map(\.line).joined(separator: ", ") + close
            case .labelled(let label, let part): "\(label): \(part.line)"
            }
        }

        func lines(indent: String, end: String, room: Int) -> [String] {
            let line = line
            guard case .group(let open, let parts, let close) = unlabelled, line.count > room, parts.count > 0 else {
                return [indent + line + end]
            }
            let label = line.prefix(label.map { $0.count + 2 } ?? 0)
            let inner = parts.enumerated().flatMap { index, part in
                part.lines(
                    indent: indent + "    ", end: index == parts.count - 1 ? "" : ",", room: max(20, room - 4))
            }
            return [indent + label + open] + inner + [indent + close + end]
        }

        private var label: String? { if case .labelled(let label, _) = self { label } else { nil } }
        private var unlabelled: Part { if case .labelled(_, let part) = self { part } else { self } }
    }

    /// The text of a value; strings stand in quotes.
    static func of(_ value: Any) -> String {
        if let text = value as? String { return withPlainApostrophes(text.debugDescription) }
        guard !speaksForItself(type(of: value)) else {
            let text = String(describing: value)
            return value is any Container ? withPlainApostrophes(text) : text
        }
        return part(value, depth: 0).lines(indent: "", end: "", room: width).joined(separator: "\n")
    }

    private static func part(_ value: Any, depth: Int) -> Part {
        let type = type(of: value)
        if speaksForItself(type) {
            let text = String(reflecting: value)
            return .word(value is String || value is any Container ? withPlainApostrophes(text) : text)
        }
        guard depth < Self.depth else { return .word("…") }
        let mirror = Mirror(reflecting: value)
        func parts() -> [Part] {
            mirror.children.map { child in
                let part = part(child.value, depth: depth + 1)
                // The fields of a tuple without names are called .0 and .1.
                guard let label = child.label, !label.hasPrefix(".") else { return part }
                return .labelled(label, part)
            }
        }
        let name = _typeName(type, qualified: false)
        switch mirror.displayStyle {
        case .collection, .set: return .group("[", parts(), "]")
        case .dictionary:
            let entries = mirror.children.map { child in
                let entry = Mirror(reflecting: child.value).children.map { Self.part($0.value, depth: depth + 1) }
                return Part.labelled(entry.first?.line ?? "", entry.last ?? .word(""))
            }
            return entries.isEmpty ? .word("[:]") : .group("[", entries, "]")
        case .optional:
            guard let wrapped = mirror.children.first else { return .word("nil") }
            return .group("Optional(", [part(wrapped.value, depth: depth + 1)], ")")
        case .tuple: return .group("(", parts(), ")")
        case .struct: return .group("\(name)(", parts(), ")")
        case .enum:
            guard let payload = mirror.children.first else {
                return .word(depth == 0 ? String(describing: value) : "\(name).\(value)")
            }
            let label = (depth == 0 ? "" : "\(name).") + (payload.label ?? "")
            let content = part(payload.value, depth: depth + 1)
            if case .group("(", let parts, ")") = content { return .group("\(label)(", parts, ")") }
            return .group("\(label)(", [content], ")")
        case .class: return .word(name)
        // A function says nothing of itself; its type says how to call it.
        case nil where name.contains(" -> "): return .word("Function \(name)")
        default: return .word(String(describing: value))
        }
    }

    /// The text of strings in quotes, in which Swift puts a backslash before each apostrophe, without those.
    private static func withPlainApostrophes(_ text: String) -> String {
        guard text.contains("\\'") else { return text }
        var plain = ""
        var escape: Character?
        for character in text {
            if let backslash = escape {
                if character != "'" { plain.append(backslash) }
                plain.append(character)
                escape = nil
            } else if character == "\\" {
                escape = character
            } else {
                plain.append(character)
            }
        }
        if let escape { plain.append(escape) }
        return plain
    }

    /// Whether Swift has more to say of a type than its fields: for a container, of what it holds.
    fileprivate static func speaksForItself(_ type: Any.Type) -> Bool {
        if let container = type as? any Container.Type { return container.holdsPlain }
        return type is any CustomStringConvertible.Type || type is any CustomDebugStringConvertible.Type
            || type is any TextOutputStreamable.Type
    }
}

/// What describes itself by what it holds.
private protocol Container {
    static var holdsPlain: Bool { get }
}

extension Array: Container { static var holdsPlain: Bool { ValueText.speaksForItself(Element.self) } }
extension ArraySlice: Container { static var holdsPlain: Bool { ValueText.speaksForItself(Element.self) } }
extension ContiguousArray: Container { static var holdsPlain: Bool { ValueText.speaksForItself(Element.self) } }
extension Set: Container { static var holdsPlain: Bool { ValueText.speaksForItself(Element.self) } }
extension Optional: Container { static var holdsPlain: Bool { ValueText.speaksForItself(Wrapped.self) } }
extension Dictionary: Container {
    static var holdsPlain: Bool { ValueText.speaksForItself(Key.self) && ValueText.speaksForItself(Value.self) }
}
