import Notebook
import Tensors

/// Beam search by the rules of Hugging Face's `generate`: of all continuations of the running texts the likeliest go
/// on, those among the first `beams` that end are finished, and the search is over when no running text can be better
/// than the worst finished one.
struct BeamSearch<Predictor: TokenPredictor> {
    private var predictor: Predictor
    private let beams: Int
    private let lengthPenalty: Float
    private let rules: GenerationRules

    private struct Beam {
        var text: Predictor.Text
        var written = WrittenText()
        var last: [Int32]
        var score: Float
    }

    private struct Candidate {
        let beam: Int
        let token: Int32
        let score: Float
    }

    init(_ predictor: Predictor, beams: Int, lengthPenalty: Float, rules: GenerationRules) {
        (self.predictor, self.beams, self.lengthPenalty, self.rules) = (predictor, beams, lengthPenalty, rules)
    }

    /// The finished texts after a prompt, the best first.
    mutating func write(after prompt: [Int32]) -> [WrittenText] {
        var running = [Beam(text: predictor.begin(), last: prompt, score: 0)]
        var finished: [(score: Float, text: WrittenText)] = []
        while !running.isEmpty {
            Interruption.check()
            let candidates = extend(&running)
            var next: [Beam] = []
            for (rank, candidate) in candidates.enumerated() {
                var beam = running[candidate.beam]
                let step = candidate.score - beam.score
                beam.written.add(
                    Choice(token: candidate.token, logProbability: step), by: rules,
                    room: predictor.context - predictor.length(of: beam.text))
                (beam.last, beam.score) = ([candidate.token], candidate.score)
                if beam.written.ending == nil {
                    if next.count < beams { next.append(beam) }
                } else if rank < beams {
                    finished.append((normalized(candidate.score, length: generatedLength(beam)), beam.written))
                }
            }
            finished.sort { $0.score > $1.score }
            finished.removeLast(max(0, finished.count - beams))
            running = next
            if let best = running.first, finished.count == beams, let worst = finished.last,
                normalized(best.score, length: best.written.tokens.count) <= worst.score
            {
                break
            }
        }
        return finished.map(\.text)
    }

    /// Tokens with the one that ended the text.
    private func generatedLength(_ beam: Beam) -> Int {
        beam.written.tokens.count + (beam.written.ending == .endOfText ? 1 : 0)
    }

    private func normalized(_ score: Float, length: Int) -> Float {
        score / power(Float(max(length, 1)), lengthPenalty)
    }

    /// Reads each running text's last token and gives the likeliest continuations of all, best first.
    private mutating func extend(_ running: inout [Beam]) -> [Candidate] {
        var texts = running.map(\.text)
        for beam in running.indices { running[beam].text = predictor.begin() }
        let logits = predictor.read(running.map(\.last), into: &texts)
        let (vocabulary, wanted) = (predictor.vocabulary, max(2, 1 + rules.endings.count) * beams)
        var candidates: [Candidate] = []
        for beam in running.indices {
            running[beam].text = texts[beam]
            let row = UnsafeMutableBufferPointer(rebasing: logits[beam * vocabulary..<(beam + 1) * vocabulary])
            let likelihood = LogLikelihood(row)
            for token in row.greatest(wanted) {
                candidates.append(
                    Candidate(
                        beam: beam, token: Int32(token),
                        score: running[beam].score + likelihood.logProbability(ofLogit: row[token])))
            }
        }
        candidates.sort { $0.score > $1.score || $0.score == $1.score && ($0.beam, $0.token) < ($1.beam, $1.token) }
        return Array(candidates.prefix(wanted))
    }
}

extension UnsafeMutableBufferPointer<Float> {
    /// The indices of the `count` greatest numbers, in no order.
    fileprivate func greatest(_ count: Int) -> [Int] {
        guard count < self.count else { return Array(indices) }
        // The least of those kept so far stands first in a heap.
        var heap = Array(0..<count)
        func sink(_ start: Int) {
            var place = start
            while true {
                var least = place
                for child in [2 * place + 1, 2 * place + 2] where child < count && self[heap[child]] < self[heap[least]]
                {
                    least = child
                }
                if least == place { return }
                heap.swapAt(place, least)
                place = least
            }
        }
        for start in stride(from: count / 2, through: 0, by: -1) { sink(start) }
        for index in count..<self.count where self[index] > self[heap[0]] {
            heap[0] = index
            sink(0)
        }
        return heap
    }
}

private func power(_ base: Float, _ exponent: Float) -> Float {
    exponent == 1 ? base : exponential(logarithm(Vector(repeating: base)) * exponent)[0]
}
