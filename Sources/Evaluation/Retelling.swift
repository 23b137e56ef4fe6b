import Networks
import Notebook
import Stories

/// The end of a story as a model tells it, beside the end that it has.
public struct Retelling: Hashable, Sendable {
    /// How the story begins: what the model was given.
    public let beginning: String
    /// How the model goes on.
    public let continuation: String
    /// How the story itself goes on.
    public let original: String

    /// A story that was told already.
    public init(beginning: String, continuation: String, original: String) {
        (self.beginning, self.continuation, self.original) = (beginning, continuation, original)
    }
}

/// Stories that a model was given the beginnings of and went on with.
///
/// ```swift
/// let told = model.completions(of: held.stories.prefix(100), keeping: 0.4)
/// Histogram(told.rouge(.n(2)).map(\.fMeasure))
/// ```
public struct Retellings: RandomAccessCollection, Sendable {
    /// Which part of the texts is compared.
    public enum Part: Hashable, Sendable {
        /// What the model wrote, with how the story itself goes on.
        case continuations
        /// Both with the beginning that the model was given, which makes them more alike than they are.
        case wholeStories
    }

    private let tellings: [Retelling]

    /// Stories that were told already.
    public init(_ tellings: some Sequence<Retelling>) { self.tellings = Array(tellings) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { tellings.count }
    public subscript(index: Int) -> Retelling { tellings[index] }

    /// How much of each story as told is found in the story as it is.
    public func rouge(_ measure: Rouge, of part: Part = .continuations) -> [Rouge.Score] {
        measure.scores(told(part), against: map { part == .continuations ? $0.original : $0.beginning + $0.original })
    }

    /// The score of each story as told against the other that it is nearest to: how much a model repeats itself.
    public func nearest(_ measure: Rouge, of part: Part = .continuations) -> [Rouge.Score] {
        measure.nearest(told(part))
    }

    /// The share of different runs of so many words among all of what the model wrote, from 0 to 1.
    public func distinct(_ length: Int) -> Double { distinctShare(ofRuns: length, in: told(.continuations)) }

    private func told(_ part: Part) -> [String] {
        map { part == .continuations ? $0.continuation : $0.beginning + $0.continuation }
    }
}

/// The share of different runs of so many words among all of some texts, from 0 to 1 (distinct-n, Li et al. 2016).
public func distinctShare(ofRuns length: Int, in texts: some Sequence<String>) -> Double {
    var reader = RougeReader(isStemming: false)
    var (all, different) = (0, Set<UInt32>())
    for text in texts {
        let runs = reader.grams(of: reader.words(of: text), length: Swift.max(1, length))
        all += runs.count
        different.formUnion(runs)
    }
    return all == 0 ? 0 : Double(different.count) / Double(all)
}

extension Retellings: Displayable {
    /// A table of the first stories: beginning, what the model wrote, what stands in the story.
    public var mimeBundle: MIMEBundle {
        let shown = prefix(8)
        let rows = shown.map { telling in
            let cells = [telling.beginning, telling.continuation, telling.original].map {
                "<td style=\"vertical-align:top;text-align:left;white-space:pre-wrap\">\(HTML.escaped($0))</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        let more = count > shown.count ? "<p>and \(count - shown.count) more</p>" : ""
        let head = ["beginning", "the model", "the story"].map { "<th style=\"text-align:left\">\($0)</th>" }.joined()
        return MIMEBundle([
            "text/html":
                "<table><thead><tr>\(head)</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table>\(more)",
            "text/plain": shown.map { "\($0.beginning) |\($0.continuation)" }.joined(separator: "\n\n"),
        ])
    }
}

extension LanguageModel {
    /// How the model goes on after the beginnings of stories.
    ///
    /// - Parameters:
    ///   - share: how much of each story's words the model is given, from 0 to 1; less where it would fill more than
    ///     three quarters of the context.
    ///   - length: the most tokens of each continuation; as many as the context has room for, if it is left out.
    ///   - seed: where the random numbers of sampling come from.
    public func completions(
        of stories: some Sequence<Story>, keeping share: Double, length: Int? = nil, sampling: Sampling = .greedy,
        seed: Int = 0
    ) -> Retellings {
        let cuts = stories.map { cut($0.text, keeping: share) }
        let bar = ProgressBar("Telling \(cuts.count) stories", total: cuts.count)
        let atOnce = 32
        var tellings: [Retelling] = []
        for first in stride(from: 0, to: cuts.count, by: atOnce) {
            let part = cuts[first..<min(first + atOnce, cuts.count)]
            let written = completions(of: part.map(\.beginning), length: length, sampling: sampling, seed: seed + first)
            tellings += zip(part, written).map { cut, completion in
                Retelling(beginning: cut.beginning, continuation: completion.continuation, original: cut.rest)
            }
            bar.advance(to: tellings.count)
        }
        bar.finish()
        return Retellings(tellings)
    }

    /// A story in two parts, cut after a share of its words.
    private func cut(_ story: String, keeping share: Double) -> (beginning: String, rest: String) {
        let words = story.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty else { return (story, "") }
        var kept = min(max(1, Int((Double(words.count) * min(max(share, 0), 1)).rounded())), words.count)
        var beginning = story[..<words[kept - 1].endIndex]
        if let tokenizer {
            while kept > 1, tokenizer.encode(String(beginning)).count > context * 3 / 4 {
                kept = kept * 3 / 4
                beginning = story[..<words[max(0, kept - 1)].endIndex]
            }
        }
        return (String(beginning), String(story[beginning.endIndex...]))
    }
}
