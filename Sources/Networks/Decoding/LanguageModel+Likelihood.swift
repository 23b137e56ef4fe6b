import Notebook
import Stories
import Tensors

/// A token that may come next.
public struct Prediction: Hashable, Sendable, CustomStringConvertible {
    /// The text of the token.
    public let token: String
    /// Its id.
    public let id: Int32
    /// How likely it is, from 0 to 1.
    public let probability: Float

    /// The token and how likely it is: `" cat" 0.31`.
    public var description: String { "\(token.debugDescription) \(Float((probability * 1000).rounded() / 1000))" }
}

extension LanguageModel {
    /// What the model thinks comes next after a text: the likeliest tokens, the likeliest first.
    ///
    /// ```swift
    /// let next = model.predictions(after: "Once upon a")
    /// Bars(next.map(\.token), next.map(\.probability))
    /// ```
    public func predictions(after prompt: String, count: Int = 10) -> [Prediction] {
        let ids = promptIDs(prompt, for: "predictions")
        let probabilities = withoutGradients { softmax(logits([ids])[0, ids.count - 1]).elements }
        let likeliest = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }.prefix(max(0, count))
        return likeliest.map { id in
            let token = tokenizer?.decode([Int32(id)]) ?? "\(id)"
            return Prediction(token: token, id: Int32(id), probability: probabilities[id])
        }
    }

    /// How likely the model thinks it is that a text goes on in each of several ways: the log-probability of all tokens
    /// of each together, in nats.
    ///
    /// ```swift
    /// model.logProbabilities(of: [" cat", " cloud"], after: "The mouse was afraid of the")
    /// ```
    public func logProbabilities(of continuations: [String], after prompt: String) -> [Float] {
        let ids = promptIDs(prompt, for: "logProbabilities")
        guard let tokenizer else { return [] }
        // A piece may reach over the seam: what follows the prompt is what the whole text has more.
        let plain = tokenizer.encode(prompt)
        let ways = continuations.map { continuation in
            let whole = tokenizer.encode(prompt + continuation)
            return whole.starts(with: plain) ? Array(whole.dropFirst(plain.count)) : tokenizer.encode(continuation)
        }
        for way in ways where ids.count + way.count > context {
            stopCell(
                "logProbabilities: a text of \(ids.count + way.count) tokens - this model's context is \(context); shorten it"
            )
        }
        if let model = self as? any TransformerModel {
            var predictor = CachedPredictor(model.plan)
            return predictor.logProbabilities(of: ways, after: ids)
        }
        var predictor = RereadingPredictor(self)
        return predictor.logProbabilities(of: ways, after: ids)
    }
}

extension TokenPredictor {
    /// The log-probability of each way to go on, all ways read side by side.
    mutating func logProbabilities(of ways: [[Int32]], after prompt: [Int32]) -> [Float] {
        var start = [begin()]
        var found = [Float](repeating: 0, count: ways.count)
        let first = read([prompt], into: &start)
        let likelihood = LogLikelihood(first)
        for (way, ids) in ways.enumerated() {
            if let id = ids.first { found[way] = likelihood.logProbability(ofLogit: first[Int(id)]) }
        }
        var going = ways.indices.filter { ways[$0].count > 1 }
        var texts = Array(repeating: start[0], count: going.count)
        start = []
        var place = 1
        while !going.isEmpty {
            let logits = read(going.map { [ways[$0][place - 1]] }, into: &texts)
            for (row, way) in going.enumerated() {
                let scores = UnsafeMutableBufferPointer(rebasing: logits[row * vocabulary..<(row + 1) * vocabulary])
                found[way] += LogLikelihood(scores).logProbability(ofLogit: scores[Int(ways[way][place])])
            }
            place += 1
            let staying = going.indices.filter { ways[going[$0]].count > place }
            (going, texts) = (staying.map { going[$0] }, staying.map { texts[$0] })
        }
        return found
    }
}
