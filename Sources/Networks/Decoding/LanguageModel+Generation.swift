import Foundation
import Notebook
import Stories

extension LanguageModel {
    /// The tokenizer whose ids the model reads, if it knows one: training and loading a checkpoint set it.
    public var tokenizer: (any Tokenizer)? {
        get { coding.tokenizer }
        nonmutating set { coding.tokenizer = newValue }
    }

    /// Texts that the model writes after a beginning.
    ///
    /// ```swift
    /// model.stories(after: "Once upon a time", count: 3, sampling: .topP(0.95, temperature: 0.8), seed: 3)
    /// ```
    ///
    /// - Parameters:
    ///   - prompt: how each text begins.
    ///   - count: how many texts.
    ///   - length: the most tokens of each; as many as the context leaves room for, if it is left out.
    ///   - stop: texts at which the model stops. They are cut off.
    ///   - seed: where the random numbers come from. The third of three texts is the third of ten.
    public func stories(
        after prompt: String = "Once upon a time", count: Int = 1, length: Int? = nil,
        sampling: Sampling = .topP(0.95, temperature: 0.8), stop: [String] = [], seed: Int = 0
    ) -> [Completion] {
        require(count >= 0, "stories: \(count) of them - the count cannot be negative")
        return completions(
            of: Array(repeating: prompt, count: count), length: length, sampling: sampling, stop: stop, seed: seed)
    }

    /// What the model writes after each prompt. The prompts may have different lengths and are computed together.
    public func completions(
        of prompts: some Sequence<String>, length: Int? = nil, sampling: Sampling = .greedy, stop: [String] = [],
        seed: Int = 0
    ) -> [Completion] {
        let prompts = Array(prompts)
        let rules = rules(length, sampling, stop, seed, for: "completions")
        let ids = prompts.map { promptIDs($0, for: "completions") }
        let written = generate(after: ids, by: rules)
        return zip(prompts, written).map { completion(of: $0, $1) }
    }

    /// Writes a text after a beginning and prints it while it grows.
    @discardableResult
    public func tell(
        _ prompt: String = "Once upon a time", length: Int? = nil,
        sampling: Sampling = .topP(0.95, temperature: 0.8), stop: [String] = [], seed: Int = 0
    ) -> Completion {
        let rules = rules(length, sampling, stop, seed, for: "tell")
        var printed = 0
        show(prompt)
        // A stop text must not be printed before it is known to be one.
        let heldBack = stop.map(\.utf8.count).max() ?? 0
        let written = generate(after: [promptIDs(prompt, for: "tell")], by: rules) { _, text in
            let isOver = text.ending != nil
            let whole = isOver ? text.bytes[...] : WrittenText.wholeCharacters(of: text.bytes.dropLast(heldBack))
            if whole.endIndex > printed {
                show(String(decoding: whole[printed...], as: UTF8.self))
                printed = whole.endIndex
            }
            return true
        }
        show("\n")
        return completion(of: prompt, written[0])
    }

    /// The likeliest text after a beginning as beam search finds it: after each token, only the `beams` likeliest
    /// texts go on.
    ///
    /// - Parameter lengthPenalty: texts are compared by log-probability / length ^ penalty; more than 0 favours long ones.
    /// - Returns: the finished texts, the best first.
    public func beams(
        after prompt: String, beams: Int = 5, length: Int? = nil, lengthPenalty: Float = 1
    ) -> [Completion] {
        require(beams >= 1, "beams: \(beams) of them - at least one text must go on")
        let rules = rules(length, .greedy, [], 0, for: "beams")
        let ids = promptIDs(prompt, for: "beams")
        return searchBeams(after: ids, beams: beams, lengthPenalty: lengthPenalty, by: rules).map {
            completion(of: prompt, $0)
        }
    }

    /// The ids that the model writes after prompts of ids, without a tokenizer.
    ///
    /// - Parameter endings: ids that end a text.
    public func continuations(
        of prompts: [[Int32]], length: Int? = nil, sampling: Sampling = .greedy, endings: Set<Int32> = [], seed: Int = 0
    ) -> [Completion] {
        for prompt in prompts { check(prompt, for: "continuations") }
        let rules = GenerationRules(
            sampling: sampling, seed: seed, limit: limit(length, for: "continuations"), endings: endings)
        return generate(after: prompts, by: rules).map { completion(of: "", $0) }
    }

    /// Beam search after a prompt of ids, without a tokenizer.
    public func beamContinuations(
        of prompt: [Int32], beams: Int = 5, length: Int? = nil, lengthPenalty: Float = 1, endings: Set<Int32> = []
    ) -> [Completion] {
        require(beams >= 1, "beamContinuations: \(beams) beams - at least one text must go on")
        check(prompt, for: "beamContinuations")
        let rules = GenerationRules(
            sampling: .greedy, seed: 0, limit: limit(length, for: "beamContinuations"), endings: endings)
        return searchBeams(after: prompt, beams: beams, lengthPenalty: lengthPenalty, by: rules).map {
            completion(of: "", $0)
        }
    }

    // MARK: Inside

    func generate(
        after prompts: [[Int32]], by rules: GenerationRules,
        progress: (_ index: Int, _ text: WrittenText) -> Bool = { _, _ in true }
    ) -> [WrittenText] {
        if let model = self as? any TransformerModel {
            var generator = Generator(CachedPredictor(model.plan), rules: rules)
            return generator.write(after: prompts, progress: progress)
        }
        var generator = Generator(RereadingPredictor(self), rules: rules)
        return generator.write(after: prompts, progress: progress)
    }

    func searchBeams(
        after prompt: [Int32], beams: Int, lengthPenalty: Float, by rules: GenerationRules
    ) -> [WrittenText] {
        if let model = self as? any TransformerModel {
            var search = BeamSearch(
                CachedPredictor(model.plan), beams: beams, lengthPenalty: lengthPenalty, rules: rules)
            return search.write(after: prompt)
        }
        var search = BeamSearch(RereadingPredictor(self), beams: beams, lengthPenalty: lengthPenalty, rules: rules)
        return search.write(after: prompt)
    }

    private func rules(
        _ length: Int?, _ sampling: Sampling, _ stop: [String], _ seed: Int, for operation: String
    ) -> GenerationRules {
        GenerationRules(
            sampling: sampling, seed: seed, limit: limit(length, for: operation),
            endings: coding.endings.union([tokenizer?.endOfText].compactMap { $0 }), stops: stop, tokenizer: tokenizer)
    }

    private func limit(_ length: Int?, for operation: String) -> Int {
        require(length ?? 1 >= 1, "\(operation): a length of \(length ?? 0) tokens - at least one is written")
        return length ?? .max
    }

    /// A prompt's ids as the model expects them.
    func promptIDs(_ prompt: String, for operation: String) -> [Int32] {
        guard let tokenizer else {
            let reason = coding.tokenizerProblem.map { "the model's tokenizer cannot be used: \($0)" }
            stopCell(
                "\(operation): \(reason ?? "the model has no tokenizer") - set model.tokenizer, or use continuations(of:) "
                    + "with ids")
        }
        var ids = tokenizer.encode(prompt)
        if let beginning = coding.beginning, ids.first != beginning { ids.insert(beginning, at: 0) }
        if ids.isEmpty, let endOfText = tokenizer.endOfText { ids = [endOfText] }
        check(ids, for: operation)
        return ids
    }

    private func check(_ ids: [Int32], for operation: String) {
        require(!ids.isEmpty, "\(operation): an empty prompt - the model continues a text of at least one token")
        require(
            ids.count <= context,
            "\(operation): a prompt of \(ids.count) tokens - this model's context is \(context); shorten it, or give only its "
                + "end")
        for id in ids where id < 0 || Int(id) >= vocabulary {
            stopCell("\(operation): the id \(id) - this model's ids are 0..<\(vocabulary)")
        }
    }

    private func completion(of prompt: String, _ written: WrittenText) -> Completion {
        // A tokenizer that puts a space before every text does not want to see it in one that begins here.
        let isSpaceAdded =
            prompt.isEmpty && written.bytes.first == UInt8(ascii: " ")
            && tokenizer?.decode(Array(written.tokens.prefix(1))).utf8.first != UInt8(ascii: " ")
        return Completion(
            prompt: prompt,
            continuation: String(decoding: written.bytes.dropFirst(isSpaceAdded ? 1 : 0), as: UTF8.self),
            tokens: written.tokens,
            logProbabilities: written.logProbabilities, ending: written.ending ?? .interrupted)
    }
}

private func show(_ text: String) {
    print(text, terminator: "")
    fflush(nil)
}
