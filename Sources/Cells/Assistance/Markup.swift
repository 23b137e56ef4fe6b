import Notebook

/// The markup in which sourcekitd gives declarations and documentation: XML with few elements and no surprises.
package enum Markup {
    /// The text without its tags.
    package static func plain(_ markup: String) -> String {
        var text = ""
        for piece in pieces(of: markup) {
            if case .text(let part) = piece { text += part }
        }
        return text
    }

    /// A documentation comment as HTML. What an author wrote as HTML is left out, so that nothing in it can act.
    package static func html(documentation: String) -> String {
        var html = ""
        // Names of parameters stand in the markup before their descriptions, directions are told by the declaration.
        var skipped = 0
        for piece in pieces(of: documentation) {
            switch piece {
            case .text(let text) where skipped == 0: html += HTML.escaped(text)
            case .start("Direction", _), .start("rawHTML", _): skipped += 1
            case .end("Direction"), .end("rawHTML"): skipped = max(0, skipped - 1)
            case .start("Link", let attributes): html += "<a href=\"\(HTML.escaped(address(in: attributes)))\">"
            case .end("zCodeLineNumbered"): html += "\n"
            case .end("CodeListing"):
                while html.hasSuffix("\n") { html.removeLast() }
                html += "</code></pre>"
            case .start(let name, _): html += tags[name]?.start ?? ""
            case .end(let name): html += tags[name]?.end ?? ""
            case .text: break
            }
        }
        return html
    }

    /// What stands for the elements of documentation in HTML.
    private static let tags: [String: (start: String, end: String)] = [
        "Para": ("<p>", "</p>"), "codeVoice": ("<code>", "</code>"), "emphasis": ("<em>", "</em>"),
        "bold": ("<strong>", "</strong>"), "strong": ("<strong>", "</strong>"), "Link": ("<a>", "</a>"),
        "List-Bullet": ("<ul>", "</ul>"), "List-Number": ("<ol>", "</ol>"), "Item": ("<li>", "</li>"),
        "CodeListing": ("<pre><code>", ""), "Parameters": ("<p><strong>Parameters</strong></p><ul>", "</ul>"),
        "Parameter": ("<li>", "</li>"), "Name": ("<code>", "</code> "),
        "ResultDiscussion": ("<p><strong>Returns</strong></p>", ""),
        "ThrowsDiscussion": ("<p><strong>Throws</strong></p>", ""),
    ]

    /// The address in a link's attributes, where it is one that only leads somewhere.
    private static func address(in attributes: String) -> String {
        guard let start = attributes.range(of: "href=\"")?.upperBound else { return "" }
        let address = String(attributes[start...].prefix { $0 != "\"" })
        return ["http://", "https://", "#"].contains(where: address.hasPrefix) ? address : ""
    }

    // MARK: Reading

    private enum Piece {
        case text(String)
        case start(String, attributes: String)
        case end(String)
    }

    private static func pieces(of markup: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = markup[...]
        while !rest.isEmpty {
            if let content = rest.dropping("<![CDATA[") {
                let end = content.range(of: "]]>")
                pieces.append(.text(String(content[..<(end?.lowerBound ?? content.endIndex)])))
                rest = content[(end?.upperBound ?? content.endIndex)...]
            } else if let tag = rest.dropping("<") {
                let end = tag.firstIndex(of: ">") ?? tag.endIndex
                let inside = tag[..<end]
                rest = tag[end...].dropFirst()
                if let name = inside.dropping("/") {
                    pieces.append(.end(String(name)))
                } else {
                    let name = inside.prefix { $0 != " " && $0 != "/" }
                    pieces.append(.start(String(name), attributes: String(inside.dropFirst(name.count))))
                    if inside.hasSuffix("/") { pieces.append(.end(String(name))) }
                }
            } else {
                let text = rest.prefix { $0 != "<" }
                pieces.append(.text(decoded(text)))
                rest = rest[text.endIndex...]
            }
        }
        return pieces
    }

    private static let entities = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&apos;": "'", "&amp;": "&"]

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var decoded = ""
        var rest = text
        while let character = rest.first {
            if character == "&", let entity = entities.first(where: { rest.hasPrefix($0.key) }) {
                decoded += entity.value
                rest = rest.dropFirst(entity.key.count)
            } else {
                decoded.append(character)
                rest = rest.dropFirst()
            }
        }
        return decoded
    }
}

extension Substring {
    /// What follows a start, or nil where the text starts otherwise.
    fileprivate func dropping(_ start: String) -> Substring? { hasPrefix(start) ? dropFirst(start.count) : nil }
}
