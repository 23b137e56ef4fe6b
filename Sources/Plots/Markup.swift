/// SVG source under construction. Everything a person wrote goes through here and is escaped.
package struct Markup {
    package private(set) var source = ""

    package init() {}

    /// Appends markup as it is.
    package mutating func raw(_ markup: String) { source += markup }

    /// Appends an element, with its content between the tags.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String>, content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        source += ">"
        content(&self)
        source += "</\(name)>"
    }

    /// Appends an element without content.
    package mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        open(name, attributes)
        source += "/>"
    }

    /// Appends a text whose base line starts (or is centred, or ends) at a point.
    package mutating func text(
        _ string: String, x: Double, y: Double, _ attributes: KeyValuePairs<String, String> = [:]
    ) {
        source += "<text x=\"\(Numeral.coordinate(x))\" y=\"\(Numeral.coordinate(y))\""
        append(attributes)
        source += ">\(Markup.escaped(string))</text>"
    }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        source += "<\(name)"
        append(attributes)
    }

    private mutating func append(_ attributes: KeyValuePairs<String, String>) {
        for (key, value) in attributes where !value.isEmpty { source += " \(key)=\"\(Markup.escaped(value))\"" }
    }

    /// A text with what XML gives a meaning, or forbids, replaced.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isSpecial($0) }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n", "\t", "\r": escaped += " "
            default: escaped.unicodeScalars.append(isSpecial(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return escaped
    }

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "&", "<", ">", "\"": true
        case "\u{FFFE}", "\u{FFFF}": true
        default: scalar.value < 0x20 || scalar.value == 0x7F
        }
    }
}

/// The room that letters take, by the average shapes of a sans-serif face: no font is at hand where a chart is drawn.
package enum Letters {
    /// The width of a text in pixels.
    package static func width(of text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + breadth(of: $1) } * size
    }

    /// A text cut to a width in pixels, with an ellipsis where something is missing.
    static func fitted(_ text: String, to limit: Double, size: Double) -> String {
        guard width(of: text, size: size) > limit else { return text }
        var room = limit - size * 0.9
        var kept = ""
        for character in text {
            room -= width(of: String(character), size: size)
            if room < 0 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private static func breadth(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", "(", ")", "[", "]", " ", "f", "t", "/": 0.36
        case "m", "w", "M", "W", "@", "%", "—", "…": 0.95
        case "A"..."Z", "+", "−", "=", "<", ">", "×", "~", "#", "&": 0.76
        default:
            switch scalar.value {
            case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
            case 0x1100...0x11FF, 0x2E80...0xD7FF, 0xF900...0xFAFF, 0xFF00...0xFF60, 0x1F000...0x3FFFF: 1.05
            default: 0.62
            }
        }
    }
}
