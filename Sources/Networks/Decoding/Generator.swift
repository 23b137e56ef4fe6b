import Notebook
import Stories
import Tensors

/// What is to be written: how tokens are chosen and when a text ends.
struct GenerationRules {
    var sampling: Sampling
    var seed: Int
    /// The most tokens that a text gets.
    var limit: Int
    /// Tokens that end a text and are no part of it.
    var endings: Set<Int32>
    /// Texts that end a text and are no part of it.
    var stops: [String] = []
    var tokenizer: (any Tokenizer)?
}

/// Writes many texts side by side: whenever one ends, the next begins in its place.
struct Generator<Predictor: TokenPredictor> {
    /// How many texts share the reading of the weights.
    private let width = 32
    private var predictor: Predictor
    private let rules: GenerationRules

    private struct Draft {
        let index: Int
        var text: Predictor.Text
        /// What the model has not read yet.
        var unread: [Int32]
        var sampler: Sampler
        var written: WrittenText
    }

    init(_ predictor: Predictor, rules: GenerationRules) { (self.predictor, self.rules) = (predictor, rules) }

    /// Continues each prompt.
    ///
    /// - Parameter progress: gets each text as it grows; what it returns says whether to go on with that text.
    mutating func write(
        after prompts: [[Int32]], progress: (_ index: Int, _ text: WrittenText) -> Bool = { _, _ in true }
    ) -> [WrittenText] {
        var finished = [WrittenText?](repeating: nil, count: prompts.count)
        var drafts: [Draft] = []
        var next = 0
        var starts = SharedStarts<Predictor>(prompts)
        while next < prompts.count || !drafts.isEmpty {
            while next < prompts.count && drafts.count < width {
                drafts.append(draft(next, after: prompts[next]))
                next += 1
            }
            let choices = advance(&drafts, sharing: &starts)
            for (draft, choice) in choices.enumerated() {
                drafts[draft].unread = [choice.token]
                drafts[draft].written.add(choice, by: rules, room: room(in: drafts[draft]))
                if !progress(drafts[draft].index, drafts[draft].written) { drafts[draft].written.interrupt() }
            }
            for draft in drafts where draft.written.ending != nil { finished[draft.index] = draft.written }
            drafts.removeAll { $0.written.ending != nil }
        }
        return finished.compactMap { $0 }
    }

    private func draft(_ index: Int, after prompt: [Int32]) -> Draft {
        Draft(
            index: index, text: predictor.begin(), unread: prompt,
            sampler: Sampler(rules.sampling, seed: rules.seed, index: index, prompt: prompt), written: WrittenText())
    }

    /// How many tokens more the model could read.
    private func room(in draft: Draft) -> Int { predictor.context - predictor.length(of: draft.text) }

    /// Reads what is unread and chooses each text's next token.
    private mutating func advance(_ drafts: inout [Draft], sharing starts: inout SharedStarts<Predictor>) -> [Choice] {
        Interruption.check()
        var choices = [Choice?](repeating: nil, count: drafts.count)
        var reading: [Int] = []
        var fresh: [Int: Int] = [:]
        for draft in drafts.indices {
            let prompt = drafts[draft].unread
            guard drafts[draft].written.tokens.isEmpty, starts.isShared(prompt) else {
                reading.append(draft)
                continue
            }
            if starts.isKnown(prompt) { continue }
            fresh[draft] = reading.count
            reading.append(draft)
            starts.announce(prompt)
        }
        var texts = reading.map { drafts[$0].text }
        for draft in reading { drafts[draft].text = predictor.begin() }  // so that pages have one owner
        let vocabulary = predictor.vocabulary
        if !reading.isEmpty {
            let logits = predictor.read(reading.map { drafts[$0].unread }, into: &texts)
            for (place, draft) in reading.enumerated() {
                drafts[draft].text = texts[place]
                if fresh[draft] != nil {
                    starts.remember(
                        drafts[draft].unread, texts[place], Array(logits[place * vocabulary..<(place + 1) * vocabulary])
                    )
                }
            }
            texts = []
            drafts.withUnsafeMutableBufferPointer { drafts in
                choices.withUnsafeMutableBufferPointer { choices in
                    // Threads choose for different texts; none is seen by two.
                    nonisolated(unsafe) let (drafts, choices) = (drafts, choices)
                    parallelRanges(reading.count, grain: max(1, 4096 / vocabulary)) { range in
                        for place in range {
                            let draft = reading[place]
                            let row = UnsafeMutableBufferPointer(
                                rebasing: logits[place * vocabulary..<(place + 1) * vocabulary])
                            choices[draft] = drafts[draft].sampler.choose(from: row)
                        }
                    }
                }
            }
        }
        for draft in drafts.indices where choices[draft] == nil {
            var (text, logits) = starts[drafts[draft].unread] ?? (predictor.begin(), [])
            drafts[draft].text = text
            text = predictor.begin()
            choices[draft] = logits.withUnsafeMutableBufferPointer { drafts[draft].sampler.choose(from: $0) }
        }
        return choices.compactMap { $0 }
    }
}

/// What the model made of prompts that several texts begin with, so that each is read once.
private struct SharedStarts<Predictor: TokenPredictor> {
    private let shared: Set<[Int32]>
    private var announced: Set<[Int32]> = []
    private var known: [[Int32]: (text: Predictor.Text, logits: [Float])] = [:]

    init(_ prompts: [[Int32]]) {
        var seen: Set<[Int32]> = []
        shared = Set(prompts.filter { !seen.insert($0).inserted })
    }

    func isShared(_ prompt: [Int32]) -> Bool { shared.contains(prompt) }
    func isKnown(_ prompt: [Int32]) -> Bool { announced.contains(prompt) }
    mutating func announce(_ prompt: [Int32]) { announced.insert(prompt) }
    mutating func remember(_ prompt: [Int32], _ text: Predictor.Text, _ logits: [Float]) {
        known[prompt] = (text, logits)
    }
    subscript(prompt: [Int32]) -> (text: Predictor.Text, logits: [Float])? { known[prompt] }
}

/// Why a text ended.
public enum TextEnding: Hashable, Sendable {
    /// The model wrote the token that ends texts.
    case endOfText
    /// The model wrote a text at which it was to stop.
    case stop(String)
    /// It has as many tokens as were asked for.
    case limit
    /// The model reads no longer texts.
    case context
    /// It was not wanted any longer.
    case interrupted
}

/// A text as it is written.
struct WrittenText {
    private(set) var tokens: [Int32] = []
    private(set) var logProbabilities: [Float] = []
    private(set) var ending: TextEnding?
    /// The text's bytes, as far as there is a tokenizer.
    private(set) var bytes: [UInt8] = []

    mutating func interrupt() { if ending == nil { ending = .interrupted } }

    /// Adds a token, and sees whether it ends the text.
    mutating func add(_ choice: Choice, by rules: GenerationRules, room: Int) {
        require(
            choice.logProbability.isFinite,
            "generation: the model's logits are not finite numbers - a weight is infinite or not a number; load the model "
                + "again, or train it with a lower rate")
        if rules.endings.contains(choice.token) {
            ending = .endOfText
            return
        }
        tokens.append(choice.token)
        logProbabilities.append(choice.logProbability)
        if let tokenizer = rules.tokenizer {
            let new = tokenizer.bytes(of: choice.token)
            bytes += new
            let found = rules.stops.compactMap { stop in
                bytes.lastRange(of: Array(stop.utf8), addedLast: new.count).map { (place: $0, stop: stop) }
            }
            if let first = found.min(by: { $0.place < $1.place }) {
                bytes.removeSubrange(first.place...)
                ending = .stop(first.stop)
                return
            }
        }
        if tokens.count >= rules.limit { ending = .limit } else if room < 1 { ending = .context }
    }

    /// Bytes up to the last whole character.
    static func wholeCharacters(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        // A character has at most four bytes; find where the last one begins and see whether it is complete.
        for back in 1...4 where back <= bytes.count {
            let byte = bytes[bytes.endIndex - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            return length > back ? bytes.dropLast(back) : bytes
        }
        return bytes
    }
}

extension [UInt8] {
    /// Where a part begins that ends within the last `addedLast` bytes.
    fileprivate func lastRange(of part: [UInt8], addedLast: Int) -> Int? {
        guard !part.isEmpty, part.count <= count else { return nil }
        let first = Swift.max(0, count - addedLast - part.count + 1)
        return (first...Swift.max(first, count - part.count)).first { start in
            start + part.count <= count && self[start..<start + part.count].elementsEqual(part)
        }
    }
}
