/// One plot of the story world, written as a text that the teller reads.
///
/// Above a line `---` stand the settings, `cast: h child; t toy; s spots of p`; below it stands the story:
///
///     {h}            a member of the cast, by its name; {h.his}, {t.full}, {p.at} are other forms of it
///     {H} {h.He}     the same with a capital letter (a sentence begins with one anyway)
///     {~happy}       a word of a list (in a cast, ~list is any of its words and =list the first one)
///     [a|b|c]        one of several texts; [#k a|b] makes the same choice wherever k stands
///     {?c:t}         the same as {t}; a prompt may end before it (c context, f fact, r reasoning)
///     {>intro h}     a piece of text that several plots share (`StoryFragments`)
///     {!hold h t}    what happens to the world: go, hold, put, gone, cause, feature
///
/// An empty line begins a paragraph.
package struct StoryScript: Sendable {
    indirect enum Node: Sendable {
        case text([UInt8])
        case member(role: Int, form: StoryForm, capital: Bool, probe: StoryPrompt.Kind?)
        case word(list: Int)
        case choice(label: Int?, [[Node]])
        case event(Event)
    }

    enum Event: Sendable {
        case go(person: Int, place: Int)
        case hold(person: Int, thing: Int)
        case put(thing: Int, place: Int)
        case gone(thing: Int)
        case cause([Node], effect: [Node])
        case feature(String)
    }

    /// Who or what plays a role.
    enum Casting: Sendable {
        /// One of these entries of the lexicon; people and animals may get a name of their own.
        case entry(among: [Int], named: Bool)
        /// A phrase of a list of words.
        case phrase(list: Int)
        /// The first phrase of a list; the others are what a prompt could wrongly be answered with.
        case fixed(list: Int)
        /// A phrase that belongs to the member of another role, such as a hiding place to a place.
        case phraseOf(role: Int, StoryForm)
    }

    package let name: String
    let casting: [Casting]
    let verbs: [String]
    let features: [String]
    let summary: [Node]
    let body: [Node]
    let labelCount: Int

    init(_ source: String, lexicon: StoryLexicon) throws(StoryScriptError) {
        let parts = source.split(separator: "\n---\n", maxSplits: 1)
        guard parts.count == 2 else { throw StoryScriptError("a script has no line ---: \(source.prefix(40))") }
        var settings: [String: String] = [:]
        for line in parts[0].split(separator: "\n") {
            let pair = line.split(separator: ":", maxSplits: 1).map { $0.trimmed }
            guard pair.count == 2 else { throw StoryScriptError("no setting: \(line)") }
            settings[pair[0]] = pair[1]
        }
        name = settings["name"] ?? ""
        verbs = (settings["verbs"] ?? "").split(separator: " ").map(String.init)
        features = (settings["features"] ?? "").split(separator: " ").map(String.init)
        var parser = StoryScriptParser(lexicon: lexicon, script: name)
        casting = try parser.cast(settings["cast"] ?? "")
        summary = try parser.nodes(settings["summary"] ?? "")
        body = try parser.nodes(StoryFragments.expand(String(parts[1])))
        labelCount = parser.labels.count
    }
}

/// What is wrong with a plot.
package struct StoryScriptError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// The forms in which a member of the cast can be named.
enum StoryForm: String, CaseIterable, Sendable {
    /// The name: Lily, the mouse, ball, the park.
    case plain = ""
    /// What it is: girl, mouse, mom.
    case kind
    /// What it is like: brave, red.
    case adjective = "adj"
    /// What it is like and what it is: red ball, small mouse.
    case full
    /// With its article, for people the name: the ball, the mouse, Lily.
    case the
    case he, him, his
    case himself = "self"
    // Where things happen: in the park, to the park, and where one can hide something there.
    case at, to, spots
    // What animals do and need.
    case sound, food, home
    /// What goes with it: of a problem its tool, of a tool its use.
    case tool, use, why
}

extension StringProtocol {
    /// The text without white space at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
