/// Reads the text of a plot.
struct StoryScriptParser {
    let lexicon: StoryLexicon
    let script: String
    private var roles: [String] = []
    private(set) var labels: [String] = []
    private var text: [Character] = []
    private var place = 0

    init(lexicon: StoryLexicon, script: String) {
        self.lexicon = lexicon
        self.script = script
    }

    private func failure(_ reason: String) -> StoryScriptError { StoryScriptError("\(script): \(reason)") }

    /// `h child; m parent; w ~weather; s spots of p`
    mutating func cast(_ source: String) throws(StoryScriptError) -> [StoryScript.Casting] {
        var casting: [StoryScript.Casting] = []
        for rule in source.split(separator: ";") {
            let words = rule.split(separator: " ").map(String.init)
            guard words.count >= 2 else { throw failure("\(rule) casts nobody") }
            if words.count == 4, words[2] == "of" {
                casting.append(.phraseOf(role: try role(words[3]), try form(words[1])))
            } else if words[1].hasPrefix("~") {
                casting.append(.phrase(list: try list(String(words[1].dropFirst()))))
            } else if words[1].hasPrefix("=") {
                casting.append(.fixed(list: try list(String(words[1].dropFirst()))))
            } else {
                // Only animals get names; children have theirs.
                let tags = words.dropFirst().map { $0 == "named" ? "animal" : $0 }
                let entries = lexicon.entries(with: tags)
                guard !entries.isEmpty else { throw failure("nobody in the lexicon is \(tags)") }
                casting.append(.entry(among: entries, named: words.contains("named")))
            }
            roles.append(words[0])
        }
        return casting
    }

    mutating func nodes(_ source: String) throws(StoryScriptError) -> [StoryScript.Node] {
        let paragraphs = source.split(separator: "\n\n").map { paragraph in
            paragraph.split(separator: "\n").map { $0.trimmed }.joined(separator: " ")
        }
        text = Array(paragraphs.joined(separator: "\n"))
        place = 0
        let nodes = try sequence(until: [])
        guard place == text.count else { throw failure("\(text[place]) closes nothing") }
        return nodes
    }

    private mutating func sequence(until ends: Set<Character>) throws(StoryScriptError) -> [StoryScript.Node] {
        var nodes: [StoryScript.Node] = []
        var literal = ""
        func flushed() -> [StoryScript.Node] { literal.isEmpty ? [] : [.text(Array(literal.utf8))] }
        while place < text.count, !ends.contains(text[place]) {
            switch text[place] {
            case "{":
                nodes += flushed() + [try slot()]
                literal = ""
            case "[":
                nodes += flushed() + [try choice()]
                literal = ""
            case "]", "}": throw failure("\(text[place]) closes nothing: \(String(text[max(0, place - 40)...place]))")
            default:
                literal.append(text[place])
                place += 1
            }
        }
        return nodes + flushed()
    }

    private mutating func choice() throws(StoryScriptError) -> StoryScript.Node {
        place += 1
        var label: Int?
        if place < text.count, text[place] == "#" {
            let word = text[place...].prefix { $0 != " " }
            place += word.count + 1
            let name = String(word.dropFirst())
            label = labels.firstIndex(of: name) ?? labels.count
            if label == labels.count { labels.append(name) }
        }
        var options: [[StoryScript.Node]] = []
        repeat {
            options.append(try sequence(until: ["|", "]"]))
            guard place < text.count else { throw failure("a choice is not closed") }
            place += 1
        } while text[place - 1] == "|"
        return .choice(label: label, options)
    }

    private mutating func slot() throws(StoryScriptError) -> StoryScript.Node {
        var depth = 0
        let start = place + 1
        repeat {
            guard place < text.count else { throw failure("a slot is not closed") }
            if text[place] == "{" { depth += 1 }
            if text[place] == "}" { depth -= 1 }
            place += 1
        } while depth > 0
        var content = String(text[start..<place - 1])
        switch content.first {
        case "!": return .event(try event(String(content.dropFirst())))
        case "~": return .word(list: try list(String(content.dropFirst())))
        default: break
        }
        var probe: StoryPrompt.Kind?
        if content.hasPrefix("?") {
            switch content.dropFirst().prefix(2) {
            case "c:": probe = .context
            case "f:": probe = .fact
            case "r:": probe = .reasoning
            default: throw failure("\(content) asks for nothing")
            }
            content = String(content.dropFirst(3))
        }
        let parts = content.split(separator: ".", maxSplits: 1).map(String.init)
        let formName = parts.count == 2 ? parts[1] : ""
        return .member(
            role: try role(parts[0].lowercased()), form: try form(formName.lowercased()),
            capital: (parts.last?.first?.isUppercase ?? false), probe: probe)
    }

    private mutating func event(_ source: String) throws(StoryScriptError) -> StoryScript.Event {
        let words = source.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("go", 3): return .go(person: try role(words[1]), place: try role(words[2]))
        case ("hold", 3): return .hold(person: try role(words[1]), thing: try role(words[2]))
        case ("put", 3): return .put(thing: try role(words[1]), place: try role(words[2]))
        case ("gone", 2): return .gone(thing: try role(words[1]))
        case ("feature", 2): return .feature(words[1])
        case ("cause", _):
            let sides = source.dropFirst("cause".count).split(separator: "->").map { $0.trimmed }
            guard sides.count == 2 else { throw failure("no cause and effect: \(source)") }
            return .cause(try inner(sides[0]), effect: try inner(sides[1]))
        default: throw failure("nothing happens by \(source)")
        }
    }

    /// The nodes of a text within the text.
    private mutating func inner(_ source: String) throws(StoryScriptError) -> [StoryScript.Node] {
        var parser = self
        let nodes = try parser.nodes(source)
        labels = parser.labels
        return nodes
    }

    private func role(_ name: String) throws(StoryScriptError) -> Int {
        guard let role = roles.firstIndex(of: name) else { throw failure("nobody plays \(name)") }
        return role
    }

    private func form(_ name: String) throws(StoryScriptError) -> StoryForm {
        guard let form = StoryForm(rawValue: name) else { throw failure("there is no form \(name)") }
        return form
    }

    private func list(_ name: String) throws(StoryScriptError) -> Int {
        guard let list = lexicon.listNumbers[name] else { throw failure("there is no list \(name)") }
        return list
    }
}
