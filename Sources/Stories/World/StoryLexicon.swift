/// The words of the story world: people, animals, things and places with what they are and do, and lists of words.
struct StoryLexicon: Sendable {
    /// A person, an animal, a thing or a place.
    struct Entry: Sendable {
        enum Kind: String, Sendable { case person, animal, thing, place, idea }
        enum Gender: Sendable { case she, he, it }

        let kind: Kind
        let word: String
        let gender: Gender
        let tags: Set<String>
        /// The list that its adjective comes from.
        let adjectives: Int?
        let forms: [StoryForm: [UInt8]]
        /// Forms of which there are several, such as hiding places.
        let phrases: [StoryForm: [[UInt8]]]
    }

    private(set) var entries: [Entry] = []
    private(set) var lists: [[[UInt8]]] = []
    private(set) var listNumbers: [String: Int] = [:]

    /// Reads `kind` sections of lines `word | tags | form: text; form: a / b`, and lists `name: word, word`.
    init(lists listSource: String, sections: [(Entry.Kind, String)]) throws(StoryScriptError) {
        for line in listSource.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw StoryScriptError("no list: \(line)") }
            listNumbers[parts[0].trimmed] = lists.count
            lists.append(parts[1].split(separator: ",").map { Array($0.trimmed.utf8) })
        }
        for (kind, source) in sections {
            for line in source.split(separator: "\n") { entries.append(try entry(kind, String(line))) }
        }
    }

    private func entry(_ kind: Entry.Kind, _ line: String) throws(StoryScriptError) -> Entry {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmed }
        guard fields.count >= 2 else { throw StoryScriptError("no entry: \(line)") }
        let tags = Set(fields[1].split(separator: " ").map(String.init))
        let gender: Entry.Gender = tags.contains("she") ? .she : tags.contains("he") ? .he : .it
        var forms: [StoryForm: [UInt8]] = [:]
        var phrases: [StoryForm: [[UInt8]]] = [:]
        for pair in (fields.count > 2 ? fields[2] : "").split(separator: ";") {
            let parts = pair.split(separator: ":", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2, let form = StoryForm(rawValue: parts[0]) else {
                throw StoryScriptError("no form: \(pair) in \(line)")
            }
            let values = parts[1].split(separator: "/").map { Array($0.trimmed.utf8) }
            forms[form] = values.first
            phrases[form] = values
        }
        // What no line says follows from the word.
        let the = kind == .person ? fields[0] : "the " + fields[0]
        let usual: [StoryForm: String] = [
            .plain: fields[0], .kind: fields[0], .the: the, .at: "in " + the, .to: "to " + the,
        ]
        forms.merge(usual.mapValues { Array($0.utf8) }) { written, _ in written }
        let adjectives =
            tags.sorted().compactMap { listNumbers["adj-" + $0] }.first ?? listNumbers["adj-" + kind.rawValue]
        return Entry(
            kind: kind, word: fields[0], gender: gender, tags: tags.union([kind.rawValue]), adjectives: adjectives,
            forms: forms, phrases: phrases)
    }

    static let pronouns: [Entry.Gender: [StoryForm: [UInt8]]] = {
        let forms: [StoryForm] = [.he, .him, .his, .himself]
        func words(_ words: String) -> [StoryForm: [UInt8]] {
            Dictionary(uniqueKeysWithValues: zip(forms, words.split(separator: " ").map { Array($0.utf8) }))
        }
        return [.she: words("she her her herself"), .he: words("he him his himself"), .it: words("it it its itself")]
    }()

    /// The numbers of the entries that have all tags; `a/b` asks for either.
    func entries(with tags: [String]) -> [Int] {
        entries.indices.filter { number in
            tags.allSatisfy { tag in tag.split(separator: "/").contains { entries[number].tags.contains(String($0)) } }
        }
    }
}
