import Glibc

/// Completes names in the text of a cell.
final class Completer {
    /// The most that are offered at once. They are ranked, so what is cut off is what nobody looks for.
    static let limit = 1000

    private let kit: SourceKit
    private let keys: CompletionKeys
    private let interfaces: PublicInterfaces

    init(_ kit: SourceKit) throws(SourceKitError) {
        self.kit = kit
        keys = try CompletionKeys(kit)
        interfaces = try PublicInterfaces(kit, keys: keys)
    }

    /// Reads the system's libraries, once.
    func readSystem(in surroundings: Surroundings) { interfaces.readSystem(in: surroundings) }

    /// Learns what of the system's libraries is not to be offered, once.
    func learnSystem(in surroundings: Surroundings) { interfaces.learnSystem(in: surroundings) }

    /// What can stand at the cursor; nil where nothing can be said.
    func complete(_ position: CodePosition, in surroundings: Surroundings) throws(SourceKitError) -> Completion? {
        if let magic = position.magic {
            let matches = surroundings.magics.keys.sorted().filter { $0.hasPrefix(position.text[magic]) }
            return Completion(matches: matches.map { .init(text: $0, kind: "magic") }, range: magic)
        }
        if let (name, argument) = position.magicArgument {
            guard ["cd", "load", "package", "save"].contains(name) else { return nil }
            return .paths(
                beginning: position.text[argument], endingAt: argument.upperBound, in: surroundings.folder,
                onlyFolders: name == "cd" || name == "package")
        }
        // A word that starts with a digit is a number, and numbers have no names.
        if position.prefix.first?.isNumber == true { return nil }
        let isMember = position.scalarBeforeWord == "."
        if position.code.isHuge && !isMember { return try completeByWords(position, in: surroundings) }
        var answer = try ask(position.code, at: position, surroundings)
        if answer.isEmpty || (isMember && answer.startsStatements) {
            // An error in another line made the compiler lose its way.
            for code in [position.lineAlone, position.openInterpolation].compactMap({ $0 }) {
                let alone = try ask(code, at: position, surroundings)
                if !alone.isEmpty || isMember { answer = alone }
                if !answer.candidates.isEmpty { break }
            }
        }
        return Ranking(answer.candidates, prefix: position.prefix, in: surroundings).completion(of: position)
    }

    /// What can stand at the cursor of a huge cell: to know the types of all its names takes seconds, so they are
    /// offered as they stand in it, beside what is known of everything else.
    private func completeByWords(
        _ position: CodePosition, in surroundings: Surroundings
    ) throws(SourceKitError) -> Completion? {
        let answer = try ask(position.lineAlone, at: position, surroundings)
        var candidates = answer.candidates
        if answer.startsStatements {
            let known = Set(candidates.map(\.text))
            let words = position.code.words(beginning: position.prefix, except: position.word)
            candidates += words.subtracting(known).map(Candidate.init(word:))
        }
        return Ranking(candidates, prefix: position.prefix, in: surroundings).completion(of: position)
    }

    /// What the compiler says about a place.
    private struct Answer {
        /// What begins as the person began.
        var candidates: [Candidate] = []
        /// Whether nothing at all can stand there, as in a comment.
        var isEmpty = true
        /// Whether a statement can start there, which is so neither after a dot nor in a comment.
        var startsStatements = false
    }

    private func ask(
        _ code: CodeText, at position: CodePosition, _ surroundings: Surroundings
    ) throws(SourceKitError) -> Answer {
        // The compiler is asked at the start of the word: it then tells everything that can stand there.
        let offset = surroundings.prelude.utf8.count + code.byteOffset(of: position.word.lowerBound)
        let response = try kit.send(
            SourceKitRequest(
                kind: "codecomplete",
                values: [
                    "sourcefile": .text(Surroundings.file), "sourcetext": .text(surroundings.prelude + code.string),
                    "offset": .number(offset), "compilerargs": .texts(surroundings.arguments()),
                ]))
        var answer = Answer()
        for value in response.root.elements(keys.results) {
            answer.isEmpty = false
            if !answer.startsStatements, let name = value.bytes(keys.name), strcmp(name, "nil") == 0 {
                answer.startsStatements = true
            }
            guard let candidate = Candidate(value, keys: keys, prefix: position.prefix),
                !(candidate.isModule && surroundings.hides(module: candidate.text)),
                !candidate.text.hasPrefix(Surroundings.markPrefix), !candidate.isLeftOver(in: code),
                !interfaces.hides(candidate, in: surroundings)
            else { continue }
            answer.candidates.append(candidate)
        }
        return answer
    }
}

/// The keys by which sourcekitd describes what it found.
struct CompletionKeys {
    let results, name, kind, description, type, sourceText: SourceKit.Name
    let context, relation, module, symbol, isSystem, isDiscouraged, erased: SourceKit.Name

    init(_ kit: SourceKit) throws(SourceKitError) {
        results = try kit.name("key.results")
        name = try kit.name("key.name")
        kind = try kit.name("key.kind")
        description = try kit.name("key.description")
        type = try kit.name("key.typename")
        sourceText = try kit.name("key.sourcetext")
        context = try kit.name("key.context")
        relation = try kit.name("key.typerelation")
        module = try kit.name("key.modulename")
        symbol = try kit.name("key.associated_usrs")
        isSystem = try kit.name("key.is_system")
        isDiscouraged = try kit.name("key.not_recommended")
        erased = try kit.name("key.num_bytes_to_erase")
    }
}
