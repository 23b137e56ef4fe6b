extension StoryTeller {
    /// The story's text.
    var told: String { String(decoding: text, as: UTF8.self) }

    private func word(_ form: StoryForm, _ role: Int) -> String {
        String(decoding: self.form(form, of: role), as: UTF8.self)
    }

    /// What the events of the story come to.
    var truth: StoryTruth {
        var truth = StoryTruth()
        for event in events {
            switch event {
            case .go(let person, let place): truth.places[word(.plain, person)] = whereabouts(of: place)
            case .hold(let person, let thing):
                truth.holders[word(.plain, thing)] = word(.plain, person)
                truth.whereabouts[word(.plain, thing)] = nil
            case .put(let thing, let place):
                truth.whereabouts[word(.plain, thing)] = whereabouts(of: place)
                truth.holders[word(.plain, thing)] = nil
            case .gone(let thing):
                truth.whereabouts[word(.plain, thing)] = nil
                truth.holders[word(.plain, thing)] = nil
                truth.gone.append(word(.plain, thing))
            case .cause(let cause, let effect):
                truth.causes.append(.init(cause: aside(cause), effect: aside(effect)))
            case .feature: break
            }
        }
        return truth
    }

    private func whereabouts(of place: Int) -> String { word(cast[place].entry == nil ? .plain : .at, place) }

    /// The story with what its writer could have been asked for.
    func record(of story: Story) -> InstructionRecord {
        let happened = events.compactMap { if case .feature(let name) = $0 { name } else { nil } }
        var features = story.text.contains("\"") ? ["Dialogue"] : []
        for feature in script.features + happened where !features.contains(feature) { features.append(feature) }
        let text = story.text.lowercased()
        let spoken = Set(text.split { !$0.isLetter && $0 != "'" }.map(String.init))
        let verbs = script.verbs.filter(spoken.contains)
        let nouns = cast.indices.compactMap { role -> String? in
            guard let number = cast[role].entry else { return nil }
            let entry = lexicon.entries[number]
            return entry.kind == .person || !spoken.contains(entry.word) ? nil : entry.word
        }
        let adjectives = cast.map { String(decoding: $0.adjective, as: UTF8.self) }.filter(spoken.contains)
        var chance = SeededGenerator(seed: Digest(of: story.text).value)
        let words = [verbs, nouns, adjectives].compactMap { $0.isEmpty ? nil : $0[chance.below($0.count)] }
        let sentences = story.sentences
        return InstructionRecord(
            features: features, words: words, summary: aside(script.summary),
            randomSentence: sentences.isEmpty ? nil : sentences[chance.below(sentences.count)], story: story)
    }

    /// The places where the story may break off, with what may follow.
    var prompts: [StoryPrompt] {
        probes.compactMap { probe in
            let answer = String(decoding: text[probe.start..<probe.end], as: UTF8.self)
            let right = [answer] + alternatives(probe).filter { $0.lowercased() != answer.lowercased() }
            let isRight = Set(right.map { $0.lowercased() })
            let wrong = wrongAnswers(probe).filter { !isRight.contains($0.lowercased()) }
            guard !wrong.isEmpty else { return nil }
            return StoryPrompt(
                kind: probe.kind, text: String(decoding: text[..<probe.start], as: UTF8.self).trimmed, right: right,
                wrong: wrong)
        }
    }

    /// What the world allows as well, such as another food that the animal eats.
    private func alternatives(_ probe: Probe) -> [String] {
        let phrases = cast[probe.role].entry.flatMap { lexicon.entries[$0].phrases[probe.form] } ?? []
        return phrases.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What else could stand there by the grammar: the same form of others in the story, then of others in the world.
    private func wrongAnswers(_ probe: Probe) -> [String] {
        var answers: [[UInt8]] = []
        let member = cast[probe.role]
        switch script.casting[probe.role] {
        case .phrase(let list), .fixed(let list): answers = lexicon.lists[list]
        case .phraseOf(let role, let form):
            answers = cast[role].entry.flatMap { lexicon.entries[$0].phrases[form] } ?? []
        case .entry(let entries, _):
            guard let number = member.entry else { return [] }
            let kind = lexicon.entries[number].kind
            for role in cast.indices where role != probe.role {
                guard let other = cast[role].entry, lexicon.entries[other].kind == kind else { continue }
                answers.append(form(probe.form, of: role))
            }
            var chance = SeededGenerator(seed: UInt64(probe.start), stream: UInt64(number))
            for _ in 0..<12 {
                let other = entries[chance.below(entries.count)]
                if other == number { continue }
                var pretended = Member(entry: other, gender: lexicon.entries[other].gender)
                pretended.adjective = member.adjective
                answers.append(lexicon.entries[other].form(probe.form, of: pretended))
            }
        }
        var seen = Set<[UInt8]>()
        return answers.filter { !$0.isEmpty && seen.insert($0).inserted }.prefix(8)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
