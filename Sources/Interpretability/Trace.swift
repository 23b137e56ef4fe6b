import Networks
import Notebook
import Plots
import Stories
import Tensors

/// What went on inside a model while it read a text.
///
/// ```swift
/// let trace = model.trace("One day, Lily met a shy cat.")
/// HeatMap(trace.heads(layer: 7)[0].pattern, labels: trace.tokens)
/// ```
public struct Trace: Sendable {
    /// The text of each token.
    public let tokens: [String]
    /// The id of each token.
    public let ids: [Int32]
    /// The scores of every possible next token after each token.  // [length, vocabulary]
    public let logits: Tensor
    /// The residual stream before each layer, and after the last one.  // [length, hidden]
    public let residuals: [Tensor]
    /// The neurons of each layer, after their activation function; those of a gated layer, with the gate applied.
    /// // [length, neurons]
    public let neurons: [Tensor]
    private let patterns: [Tensor]

    init(tokens: [String], ids: [Int32], logits: Tensor, seen: [Site: Tensor]) {
        (self.tokens, self.ids, self.logits) = (tokens, ids, logits[0])
        let layers = seen.keys.count { if case .attention = $0 { true } else { false } }
        residuals = (0...layers).compactMap { seen[.residual(layer: $0)]?[0] }
        neurons = (0..<layers).compactMap { seen[.neurons(layer: $0)]?[0] }
        patterns = (0..<layers).compactMap { seen[.attention(layer: $0)]?[0] }
    }

    /// How many layers the model has.
    public var layers: Int { patterns.count }

    /// The attention heads of a layer, counted from 0.
    public func heads(layer: Int) -> [Head] {
        require(
            patterns.indices.contains(layer), "heads: layer \(layer) - this model's layers are 0..<\(patterns.count)")
        return (0..<patterns[layer].shape[0]).map { Head(layer: layer, index: $0, pattern: patterns[layer][$0]) }
    }
}

extension Trace: CustomStringConvertible {
    public var description: String {
        "Trace of \(tokens.count) tokens through \(layers) layers: \(tokens.joined(separator: "|"))"
    }
}

/// What one attention head looked at.
public struct Head: Sendable {
    /// The layer, counted from 0.
    public let layer: Int
    /// The number in the layer, counted from 0.
    public let index: Int
    /// How much each token attends to each one before it; a row sums to 1.  // [length, length]
    public let pattern: Tensor

    /// A head that looked at a text so.
    public init(layer: Int, index: Int, pattern: Tensor) {
        (self.layer, self.index, self.pattern) = (layer, index, pattern)
    }

    /// What decides where a head looks.
    public enum Kind: String, Hashable, Sendable, CustomStringConvertible {
        /// How far away a token is.
        case positional
        /// What a token means, as far as distance does not explain it.
        case semantic

        public var description: String { rawValue }
    }

    /// Which weights are compared with distances.
    public enum Region: Hashable, Sendable {
        /// Those that the head may use: a token and the tokens before it.
        case lowerTriangle
        /// All of the square, the zeros of the mask included, as the report on story models counts.
        case wholeSquare
    }

    /// The correlation of a weight and the distance that it reaches over (Pearson's), from -1 to 1; 0 where either
    /// does not vary.
    public func distanceCorrelation(over region: Region = .lowerTriangle) -> Double {
        var (n, sumX, sumY, sumXX, sumYY, sumXY) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (row, weights) in pattern.rows.enumerated() {
            let reach = region == .lowerTriangle ? weights.prefix(row + 1) : weights[...]
            for (column, weight) in reach.enumerated() {
                let (x, y) = (Double(abs(row - column)), Double(weight))
                n += 1
                sumX += x
                sumY += y
                sumXX += x * x
                sumYY += y * y
                sumXY += x * y
            }
        }
        let (varianceX, varianceY) = (n * sumXX - sumX * sumX, n * sumYY - sumY * sumY)
        guard varianceX > 1e-12, varianceY > 1e-12 else { return 0 }
        return (n * sumXY - sumX * sumY) / (varianceX * varianceY).squareRoot()
    }

    /// Whether weights follow distance, with a correlation beyond 0.5 in either direction.
    public func kind(over region: Region) -> Kind {
        abs(distanceCorrelation(over: region)) > 0.5 ? .positional : .semantic
    }

    /// Whether weights follow distance, over the weights that the head may use.
    public var kind: Kind { kind(over: .lowerTriangle) }
}

extension Head: CustomStringConvertible {
    /// Layer and number: `7.3`.
    public var description: String { "\(layer).\(index)" }
}

extension LanguageModel {
    /// Reads a text and keeps what went on inside: attention patterns, neurons, the residual stream, the logits.
    ///
    /// GPT, GPTNeo and Llama can be looked into, and whatever else is a `TransformerModel`.
    public func trace(_ text: String) -> Trace {
        trace(ids(of: text, for: "trace").ids)
    }

    /// Reads token ids, such as random ones, and keeps what went on inside.
    ///
    /// Without a tokenizer the tokens are named by their ids.
    public func trace(_ ids: [Int32]) -> Trace {
        require(
            !ids.isEmpty && ids.count <= context,
            "trace: \(ids.count) tokens - this model reads at least one and at most \(context)")
        var seen: [Site: Tensor] = [:]
        let logits = withoutGradients {
            transformer(for: "trace").logits([ids]) { site, value in
                switch site {
                case .attention, .neurons, .residual: seen[site] = value
                default: break
                }
                return value
            }
        }
        let tokens = ids.map { tokenizer?.label(of: $0) ?? "\($0)" }
        return Trace(tokens: tokens, ids: ids, logits: logits, seen: seen)
    }

    /// The model as one that says what it is made of.
    func transformer(for operation: String) -> any TransformerModel {
        if let model = self as? any TransformerModel { return model }
        stopCell(
            "\(operation): \(type(of: self)) does not say what it is made of - only a TransformerModel can be looked into"
        )
    }

    /// A text's own ids, and the token that the model expects before them, if it does.
    func opened(_ ids: [Int32]) -> (opening: [Int32], words: ArraySlice<Int32>) {
        guard let beginning = coding.beginning else { return ([], ids[...]) }
        return ([beginning], ids.first == beginning ? ids.dropFirst() : ids[...])
    }

    /// A text's ids as the model reads them.
    func ids(of text: String, for operation: String) -> (tokenizer: any Tokenizer, ids: [Int32]) {
        guard let tokenizer else {
            stopCell("\(operation): the model has no tokenizer - train it, or set model.tokenizer")
        }
        let (opening, words) = opened(tokenizer.encode(text))
        let ids = opening + words
        require(!ids.isEmpty, "\(operation): an empty text - the model reads at least one token")
        require(
            ids.count <= context, "\(operation): a text of \(ids.count) tokens - this model's context is \(context)")
        return (tokenizer, ids)
    }
}

extension Tokenizer {
    /// The text of one token for people to read.
    func label(of id: Int32) -> String {
        if id == endOfText { return "⏹" }
        return String(decoding: bytes(of: id), as: UTF8.self).replacing("\n", with: "⏎")
    }
}
