import Tensors

/// Chooses one sequence's tokens: the way, the random numbers, and what has been written so far.
struct Sampler {
    let sampling: Sampling
    private var generator: SeededGenerator
    /// How often each token was generated; the prompt's tokens are there with 0.
    private var counts: [Int32: Int] = [:]

    /// A sampler of the `index`th of the sequences that share a seed. Each has random numbers of its own, so a
    /// sequence does not depend on how many are written beside it.
    init(_ sampling: Sampling, seed: Int, index: Int, prompt: [Int32]) {
        self.sampling = sampling
        generator = SeededGenerator(seed: seed &* 1_000_003 &+ index)
        if sampling.hasPenalties { for token in prompt { counts[token] = 0 } }
    }

    /// The next token and its log-probability by the unchanged logits.
    mutating func choose(from logits: UnsafeMutableBufferPointer<Float>) -> Choice {
        let likelihood = LogLikelihood(logits)
        if sampling.isGreedy && !sampling.hasPenalties {
            return Choice(token: Int32(likelihood.likeliest), logProbability: -likelihood.logSumLessGreatest)
        }
        // The chosen token's logit is needed as it was.
        let originals = sampling.hasPenalties ? penalize(logits) : [:]
        let token = sampling.isGreedy ? logits.likeliest : draw(from: logits)
        let logit = originals[Int32(token)] ?? logits[token]
        if sampling.hasPenalties { counts[Int32(token), default: 0] += 1 }
        return Choice(token: Int32(token), logProbability: likelihood.logProbability(ofLogit: logit))
    }

    private func penalize(_ logits: UnsafeMutableBufferPointer<Float>) -> [Int32: Float] {
        var originals: [Int32: Float] = [:]
        originals.reserveCapacity(counts.count)
        for (token, count) in counts {
            var logit = logits[Int(token)]
            originals[token] = logit
            logit = logit > 0 ? logit / sampling.repetitionPenalty : logit * sampling.repetitionPenalty
            logit -= sampling.frequencyPenalty * Float(count)
            if count > 0 { logit -= sampling.presencePenalty }
            logits[Int(token)] = logit
        }
        return originals
    }

    private mutating func draw(from logits: UnsafeMutableBufferPointer<Float>) -> Int {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { weights in
            let least = sampling.weights(of: logits, into: weights)
            var total = 0.0
            for weight in weights where weight >= least { total += Double(weight) }
            var rest = Double(generator.next() >> 11) * 0x1p-53 * total
            var last = 0
            for (token, weight) in weights.enumerated() where weight >= least {
                rest -= Double(weight)
                last = token
                if rest < 0 { break }
            }
            return last
        }
    }
}

/// A token that was chosen, and how likely the model took it to be.
struct Choice {
    let token: Int32
    let logProbability: Float
}

extension Sampling {
    /// The probability with which each token is chosen, by logits that penalties have changed already.
    package func probabilities(of logits: [Float]) -> [Float] {
        var logits = logits
        return logits.withUnsafeMutableBufferPointer { logits in
            if isGreedy {
                let likeliest = logits.likeliest
                return logits.indices.map { $0 == likeliest ? 1 : 0 }
            }
            return withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { weights in
                let least = self.weights(of: logits, into: weights)
                let kept = weights.map { $0 >= least ? $0 : 0 }
                let total = kept.reduce(0) { $0 + $1 }
                return kept.map { $0 / total }
            }
        }
    }

    /// Each token's probability at this temperature, relative to the likeliest token's, and the least that may be chosen.
    fileprivate func weights(
        of logits: UnsafeMutableBufferPointer<Float>, into weights: UnsafeMutableBufferPointer<Float>
    ) -> Float {
        let (from, to) = (logits.baseAddress.unsafelyUnwrapped, weights.baseAddress.unsafelyUnwrapped)
        let greatest = Vector(repeating: logits[logits.likeliest])
        let scale = Vector(repeating: 1 / temperature)
        var i = 0
        while i + 16 <= logits.count {
            store(exponential((load(from + i) - greatest) * scale), to: to + i)
            i += 16
        }
        if i < logits.count {
            store(
                exponential((load(from + i, count: logits.count - i) - greatest) * scale), to: to + i,
                count: logits.count - i)
        }
        var least = Float.leastNonzeroMagnitude
        if let topK, topK < weights.count { least = Ranking(weights).weight(atRank: topK) }
        if let topP, topP < 1 { least = max(least, Ranking(weights, from: least).weight(atMass: topP)) }
        if let minP { least = max(least, minP) }
        return least
    }
}

/// The weights of tokens in coarse order: buckets by the upper bits, which are in the order of the numbers themselves.
/// Only the bucket where a limit falls is ever sorted.
private struct Ranking {
    private static let shift: UInt32 = 19
    private let weights: UnsafeMutableBufferPointer<Float>
    private var counts: [Int]
    private var masses: [Double]
    private let least: Float

    init(_ weights: UnsafeMutableBufferPointer<Float>, from least: Float = .leastNonzeroMagnitude) {
        (self.weights, self.least) = (weights, least)
        let buckets = Int(Float(1).bitPattern >> Self.shift) + 1  // the likeliest token's weight is 1
        (counts, masses) = ([Int](repeating: 0, count: buckets), [Double](repeating: 0, count: buckets))
        for weight in weights where weight >= least {
            let bucket = Int(weight.bitPattern >> Self.shift)
            counts[bucket] += 1
            masses[bucket] += Double(weight)
        }
    }

    /// The weight of the `rank`th token from the top.
    func weight(atRank rank: Int) -> Float {
        var before = 0
        for bucket in counts.indices.reversed() {
            if before + counts[bucket] >= rank { return members(of: bucket)[rank - before - 1] }
            before += counts[bucket]
        }
        return least
    }

    /// The weight of the token at which the sum from the top reaches a share of the whole.
    func weight(atMass share: Float) -> Float {
        let wanted = masses.reduce(0) { $0 + $1 } * Double(share)
        var before = 0.0
        for bucket in masses.indices.reversed() where counts[bucket] > 0 {
            if before + masses[bucket] >= wanted {
                let members = members(of: bucket)
                for weight in members {
                    before += Double(weight)
                    if before >= wanted { return weight }
                }
                return members[members.count - 1]
            }
            before += masses[bucket]
        }
        return least
    }

    private func members(of bucket: Int) -> [Float] {
        weights.filter { $0 >= least && Int($0.bitPattern >> Self.shift) == bucket }.sorted(by: >)
    }
}

/// What turns logits into log-probabilities.
struct LogLikelihood {
    /// The first of the tokens with the greatest logit.
    let likeliest: Int
    /// ln Σ exp(logit - greatest logit).
    let logSumLessGreatest: Float
    private let greatest: Float

    init(_ logits: UnsafeMutableBufferPointer<Float>) {
        likeliest = logits.likeliest
        greatest = logits.isEmpty ? 0 : logits[likeliest]
        var sum = Vector(repeating: 0)
        var i = 0
        let subtrahend = Vector(repeating: greatest)
        if let from = UnsafePointer(logits.baseAddress) {
            while i + 16 <= logits.count {
                sum += exponential(load(from + i) - subtrahend)
                i += 16
            }
        }
        var rest = horizontalSum(sum)
        if i < logits.count, let from = UnsafePointer(logits.baseAddress) {
            let last = exponential(load(from + i, count: logits.count - i) - subtrahend)
            for lane in 0..<logits.count - i { rest += last[lane] }
        }
        logSumLessGreatest = logarithm(Vector(repeating: rest))[0]
    }

    func logProbability(ofLogit logit: Float) -> Float { logit - greatest - logSumLessGreatest }
}

extension UnsafeMutableBufferPointer<Float> {
    /// The index of the greatest number, the first of several; 0 where there is none that compares.
    var likeliest: Int {
        guard let from = UnsafePointer(baseAddress) else { return 0 }
        var best = Vector(repeating: -.infinity)
        var i = 0
        while i + 16 <= count {
            let next = load(from + i)
            best = next.replacing(with: best, where: best .> next)
            i += 16
        }
        var greatest = horizontalMax(best)
        while i < count {
            if from[i] > greatest { greatest = from[i] }
            i += 1
        }
        return firstIndex(of: greatest) ?? 0
    }
}
