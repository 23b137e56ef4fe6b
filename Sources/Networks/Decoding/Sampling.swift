import Notebook

/// How the next token is chosen from a model's logits.
///
/// Penalties come first, then temperature, top-k, top-p and min-p, each on what the one before it left: the order of
/// Hugging Face's `generate`.
///
/// ```swift
/// model.stories(after: "Once upon a time", sampling: .topP(0.95, temperature: 0.8), seed: 3)
/// ```
public struct Sampling: Hashable, Sendable, Codable {
    /// Logits are divided by it; 0 always takes the likeliest token.
    public var temperature: Float
    /// Only so many of the likeliest tokens may be chosen.
    public var topK: Int?
    /// Only the likeliest tokens that together reach this probability may be chosen (Holtzman et al. 2020).
    public var topP: Float?
    /// Only tokens at least so many times as likely as the likeliest may be chosen (Nguyen et al. 2024).
    public var minP: Float?
    /// Logits of tokens in the text so far are divided by it, or multiplied where negative (Keskar et al. 2019).
    public var repetitionPenalty: Float
    /// What is taken from a token's logit for each time that it was generated.
    public var frequencyPenalty: Float
    /// What is taken from a token's logit once it was generated.
    public var presencePenalty: Float

    /// A way to choose; what is left out has no effect. A value out of its range stops the cell.
    public init(
        temperature: Float = 1, topK: Int? = nil, topP: Float? = nil, minP: Float? = nil,
        repetitionPenalty: Float = 1, frequencyPenalty: Float = 0, presencePenalty: Float = 0
    ) {
        require(temperature >= 0 && temperature.isFinite, "sampling: a temperature of \(temperature) - it is 0 or more")
        require(topK ?? 1 >= 1, "sampling: top-k of \(topK ?? 0) - at least one token must remain")
        require(topP.map { $0 > 0 && $0 <= 1 } ?? true, "sampling: top-p of \(topP ?? 0) - it is above 0, at most 1")
        require(minP.map { $0 >= 0 && $0 <= 1 } ?? true, "sampling: min-p of \(minP ?? 0) - it is from 0 to 1")
        require(
            repetitionPenalty > 0 && repetitionPenalty.isFinite,
            "sampling: a repetition penalty of \(repetitionPenalty) - it is above 0, and 1 has no effect")
        require(
            frequencyPenalty.isFinite && presencePenalty.isFinite, "sampling: penalties must be finite numbers")
        (self.temperature, self.topK, self.topP, self.minP) = (temperature, topK, topP, minP)
        self.repetitionPenalty = repetitionPenalty
        (self.frequencyPenalty, self.presencePenalty) = (frequencyPenalty, presencePenalty)
    }

    /// Always the likeliest token.
    public static var greedy: Sampling { Sampling(temperature: 0) }
    /// Any token, by its probability at a temperature.
    public static func temperature(_ temperature: Float) -> Sampling { Sampling(temperature: temperature) }
    /// One of the `count` likeliest tokens.
    public static func topK(_ count: Int, temperature: Float = 1) -> Sampling {
        Sampling(temperature: temperature, topK: count)
    }
    /// One of the likeliest tokens that together reach a probability.
    public static func topP(_ probability: Float, temperature: Float = 1) -> Sampling {
        Sampling(temperature: temperature, topP: probability)
    }
    /// One of the tokens at least `share` times as likely as the likeliest.
    public static func minP(_ share: Float, temperature: Float = 1) -> Sampling {
        Sampling(temperature: temperature, minP: share)
    }

    /// The same with tokens of the text so far made less likely.
    public func penalizing(repetition: Float = 1, frequency: Float = 0, presence: Float = 0) -> Sampling {
        Sampling(
            temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetition,
            frequencyPenalty: frequency, presencePenalty: presence)
    }

    /// Also where a division by the temperature would pass the largest number.
    var isGreedy: Bool { !(1 / temperature).isFinite }
    var hasPenalties: Bool { repetitionPenalty != 1 || frequencyPenalty != 0 || presencePenalty != 0 }
}
