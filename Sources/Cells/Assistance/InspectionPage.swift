import Notebook

/// What an inspection found, laid out for people: as plain text, Markdown and HTML.
struct InspectionPage {
    struct Declaration {
        /// The declaration, as one would write it.
        var text: String
        var isFunction = false
        /// What an expression calls it, where it is a type.
        var type: String?
        var isEnumeration = false
        var isOfLibrary = false
        /// The code points of the parameter that comes next in a call.
        var emphasis: Range<Int>?
        /// Where it is declared: `Tensors`, `In[3]`.
        var home: String?
        /// The comment above the declaration, in Markdown.
        var comment = ""
        /// The comment as HTML.
        var commentHTML = ""
        /// The whole declaration with its body, where it is wanted and known.
        var source: String?
    }

    /// How many declarations of one name are listed.
    private static let limit = 20

    /// What was found, the likeliest first; the documentation of only the first is told.
    let declarations: [Declaration]
    /// How values are made, where the first declaration is a type.
    var initializers: [Declaration] = []
    /// What values there are, where the first declaration is an enumeration.
    var cases: [Declaration] = []

    var bundle: MIMEBundle {
        MIMEBundle(["text/plain": plain, "text/markdown": markdown, "text/html": html])
    }

    var first: Declaration? { declarations.first }
    var isOfLibrary: Bool { first?.isOfLibrary == true }
    private var others: [String] { declarations.dropFirst().prefix(Self.limit).map(\.text) }

    private var plain: String {
        guard let first else { return "" }
        var parts = [first.source ?? first.text]
        if let next = first.next { parts.append("Next: \(next)") }
        if let home = first.home { parts.append("Declared in \(home)") }
        if !first.comment.isEmpty { parts.append(first.comment) }
        for (title, list) in lists { parts.append("\(title):\n\(list)") }
        if !others.isEmpty { parts.append("Also:\n" + others.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private var markdown: String {
        guard let first else { return "" }
        var parts = ["```swift\n\(first.source ?? first.text)\n```"]
        if let next = first.next { parts.append("Next: `\(next)`") }
        if let home = first.home { parts.append("Declared in `\(home)`") }
        if !first.comment.isEmpty { parts.append(first.comment) }
        for (title, list) in lists { parts.append("\(title):\n\n```swift\n\(list)\n```") }
        if !others.isEmpty { parts.append("Also:\n\n```swift\n\(others.joined(separator: "\n"))\n```") }
        return parts.joined(separator: "\n\n")
    }

    private var html: String {
        guard let first else { return "" }
        var parts = [Self.listing(first.source.map(HTML.escaped) ?? first.html)]
        if let home = first.home { parts.append("<p>Declared in <code>\(HTML.escaped(home))</code></p>") }
        parts.append(first.commentHTML)
        for (title, list) in lists { parts.append("<p>\(title):</p>" + Self.listing(HTML.escaped(list))) }
        if !others.isEmpty {
            parts.append("<p>Also:</p>" + Self.listing(HTML.escaped(others.joined(separator: "\n"))))
        }
        return parts.joined()
    }

    /// What belongs to a type, each with the first line of its documentation.
    private var lists: [(title: String, list: String)] {
        [("Cases", cases), ("Made by", initializers)].filter { !$0.1.isEmpty }.map { title, members in
            let listed = members.prefix(Self.limit).map { member in
                member.text + (member.comment.split(separator: "\n").first.map { "    // \($0)" } ?? "")
            }
            let more = members.count > Self.limit ? ["// and \(members.count - Self.limit) more"] : []
            return (title, (listed + more).joined(separator: "\n"))
        }
    }

    private static func listing(_ html: String) -> String { "<pre><code>\(html)</code></pre>" }
}

extension InspectionPage.Declaration {
    private var parts: (before: String, next: String, after: String)? {
        let scalars = Array(text.unicodeScalars)
        guard let emphasis, emphasis.upperBound <= scalars.count else { return nil }
        func string(_ range: Range<Int>) -> String { CodeText(text)[range] }
        return (string(0..<emphasis.lowerBound), string(emphasis), string(emphasis.upperBound..<scalars.count))
    }

    /// The parameter that comes next in a call, such as `rate: Float = 0.1`.
    fileprivate var next: String? { parts?.next }

    fileprivate var html: String {
        guard let parts else { return HTML.escaped(text) }
        return HTML.escaped(parts.before) + "<strong>\(HTML.escaped(parts.next))</strong>"
            + HTML.escaped(parts.after)
    }
}
