/// Tells one story of a plot: casts the roles, writes the text, and keeps the state of the world while it goes.
struct StoryTeller {
    let lexicon: StoryLexicon
    let script: StoryScript
    private var chance: SeededGenerator
    private(set) var cast: [Member] = []
    private var choices: [Int]
    private(set) var text: [UInt8] = []
    private var isInQuotes = false
    /// What happened, in order; turned into the truth only where it is asked for.
    private(set) var events: [StoryScript.Event] = []
    private(set) var probes: [Probe] = []

    /// Who or what plays a role.
    struct Member {
        var entry: Int?
        var phrase: [UInt8] = []
        /// The name of an animal.
        var name: [UInt8]?
        var adjective: [UInt8] = []
        var gender = StoryLexicon.Entry.Gender.it
    }

    /// A place in the text where a prompt may break off.
    struct Probe {
        let kind: StoryPrompt.Kind
        let role: Int
        let form: StoryForm
        let start: Int
        let end: Int
    }

    init(_ script: StoryScript, lexicon: StoryLexicon, chance: SeededGenerator) {
        self.script = script
        self.lexicon = lexicon
        self.chance = chance
        choices = Array(repeating: -1, count: script.labelCount)
        text.reserveCapacity(1500)
        cast.reserveCapacity(script.casting.count)
        for role in script.casting { cast.append(choose(role)) }
    }

    private mutating func choose(_ casting: StoryScript.Casting) -> Member {
        switch casting {
        case .phrase(let list):
            return Member(phrase: fresh(lexicon.lists[list]))
        case .fixed(let list):
            return Member(phrase: lexicon.lists[list].first ?? [])
        case .phraseOf(let role, let form):
            let phrases = cast[role].entry.flatMap { lexicon.entries[$0].phrases[form] } ?? []
            return Member(phrase: phrases.isEmpty ? [] : fresh(phrases))
        case .entry(let entries, let named):
            var number = entries[chance.below(entries.count)]
            // Two roles are never played by one; a plot asks for more of a kind than there are nowhere.
            var tries = 0
            while tries < 50, cast.contains(where: { $0.entry == number }) {
                number = entries[chance.below(entries.count)]
                tries += 1
            }
            let entry = lexicon.entries[number]
            var member = Member(entry: number, gender: entry.gender)
            if let adjectives = entry.adjectives { member.adjective = fresh(lexicon.lists[adjectives]) }
            if named, entry.kind == .animal {
                member.gender = chance.below(2) == 0 ? .she : .he
                let list = lexicon.listNumbers[member.gender == .she ? "names-she" : "names-he"]
                if let list { member.name = fresh(lexicon.lists[list]) }
            }
            return member
        }
    }

    /// A phrase that nobody in the cast has yet, if there is one.
    private mutating func fresh(_ phrases: [[UInt8]]) -> [UInt8] {
        for _ in 0..<6 {
            let phrase = phrases[chance.below(phrases.count)]
            if !cast.contains(where: { $0.phrase == phrase || $0.adjective == phrase || $0.name == phrase }) {
                return phrase
            }
        }
        return phrases[chance.below(phrases.count)]
    }

    /// Writes the story.
    mutating func tell() {
        write(script.body)
        while text.last == UInt8(ascii: " ") { text.removeLast() }
    }

    /// The text of some nodes for the same cast, beside the story.
    func aside(_ nodes: [StoryScript.Node]) -> String {
        var other = self
        other.text = []
        other.isInQuotes = false
        other.write(nodes)
        return String(decoding: other.text, as: UTF8.self).trimmed
    }

    private mutating func write(_ nodes: [StoryScript.Node]) {
        for node in nodes {
            switch node {
            case .text(let bytes): append(bytes)
            case .word(let list):
                let words = lexicon.lists[list]
                appendWord(words[chance.below(words.count)], capital: false)
            case .choice(let label, let options):
                guard let label else {
                    write(options[chance.below(options.count)])
                    continue
                }
                if choices[label] < 0 { choices[label] = chance.below(options.count) }
                write(options[choices[label] % options.count])
            case .event(let event): events.append(event)
            case .member(let role, let form, let capital, let probe):
                let word = self.form(form, of: role)
                appendWord(word, capital: capital)
                if let probe {
                    let start = text.count - word.count
                    probes.append(Probe(kind: probe, role: role, form: form, start: start, end: text.count))
                }
            }
        }
    }

    /// How a role's member is called.
    func form(_ form: StoryForm, of role: Int) -> [UInt8] {
        let member = cast[role]
        guard let number = member.entry else { return member.phrase }
        return lexicon.entries[number].form(form, of: member)
    }

    private mutating func append(_ bytes: [UInt8]) {
        let space = UInt8(ascii: " ")
        let lineBreak = UInt8(ascii: "\n")
        if bytes.first == space, text.isEmpty || text.last == space || text.last == lineBreak {
            text += bytes.dropFirst()
        } else if bytes.first == lineBreak, text.last == space {
            text[text.count - 1] = lineBreak
            text += bytes.dropFirst()
        } else {
            text += bytes
        }
        for byte in bytes where byte == UInt8(ascii: "\"") { isInQuotes.toggle() }
    }

    /// Appends a word with a capital letter where a sentence begins, and makes "a" before it "an" where it has to be.
    private mutating func appendWord(_ word: [UInt8], capital: Bool) {
        guard let first = word.first else { return }
        let isLower = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        if isLower, !word.starts(with: "uni".utf8), "aeiou".utf8.contains(first), text.count >= 2,
            text[text.count - 1] == UInt8(ascii: " "), text[text.count - 2] | 0x20 == UInt8(ascii: "a"),
            text.count == 2 || !text[text.count - 3].isASCIILetter
        {
            text.insert(UInt8(ascii: "n"), at: text.count - 1)
        }
        let start = text.count
        text += word
        if isLower, capital || isSentenceStart(start) { text[start] = first - 32 }
    }

    private func isSentenceStart(_ end: Int) -> Bool {
        var place = end - 1
        while place >= 0, text[place] == UInt8(ascii: " ") { place -= 1 }
        guard place >= 0 else { return true }
        switch text[place] {
        case UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\n"): return true
        // Behind closing quotes "she said" may follow; in front of opening ones a sentence begins.
        case UInt8(ascii: "\""): return isInQuotes
        default: return false
        }
    }
}

extension StoryLexicon.Entry {
    /// How someone who plays a role is called.
    func form(_ form: StoryForm, of member: StoryTeller.Member) -> [UInt8] {
        switch form {
        case .plain:
            switch kind {
            case .animal: return member.name ?? forms[.the] ?? []
            default: return forms[.plain] ?? []
            }
        case .adjective: return member.adjective
        case .full: return member.adjective + [UInt8(ascii: " ")] + (forms[.plain] ?? [])
        case .he, .him, .his, .himself: return StoryLexicon.pronouns[member.gender]?[form] ?? []
        default: return forms[form] ?? []
        }
    }
}

extension UInt8 {
    /// Whether the byte is an English letter.
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}
