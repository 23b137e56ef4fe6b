/// A picture as SVG source.
public struct SVG: Displayable, Hashable, Sendable, CustomStringConvertible {
    /// The source, from `<svg` to `</svg>`.
    public let source: String
    /// A sentence that stands for the picture where it cannot be shown.
    public let alternative: String

    /// A picture from SVG source.
    public init(_ source: String, alternative: String = "SVG picture") {
        self.source = source
        self.alternative = alternative
    }

    public var mimeBundle: MIMEBundle { MIMEBundle(["image/svg+xml": source, "text/plain": alternative]) }
    public var description: String { alternative }
}

/// A piece of a page as HTML source.
public struct HTML: Displayable, Hashable, Sendable {
    /// The source.
    public let source: String

    /// A piece of a page from HTML source.
    public init(_ source: String) { self.source = source }

    public var mimeBundle: MIMEBundle { MIMEBundle(["text/html": source, "text/plain": source]) }

    /// A text with what HTML gives a meaning replaced, to be put between tags or into a quoted attribute.
    public static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

/// Formatted text as Markdown source.
public struct Markdown: Displayable, Hashable, Sendable {
    /// The source.
    public let source: String

    /// Formatted text from Markdown source.
    public init(_ source: String) { self.source = source }

    public var mimeBundle: MIMEBundle { MIMEBundle(["text/markdown": source, "text/plain": source]) }
}

/// A formula as LaTeX source, with its dollar signs.
public struct Latex: Displayable, Hashable, Sendable {
    /// The source.
    public let source: String

    /// A formula from LaTeX source.
    public init(_ source: String) { self.source = source }

    public var mimeBundle: MIMEBundle { MIMEBundle(["text/latex": source, "text/plain": source]) }
}
