import Foundation
import Notebook

/// How large a model is, and what it costs to use and to train.
public struct ModelSizes: Hashable, Sendable {
    /// Weights of the tables of tokens and positions.
    public let embedding: Int
    /// All other weights.
    public let other: Int
    /// Floating-point operations of one token's forward pass at a full context: two for each weight that multiplies
    /// it, the head's included, and four for each place in the residual stream and token that it attends to.
    public let flopsPerToken: Int
    /// Bytes of the weights.
    public let weightBytes: Int
    /// Bytes of weights, gradients and AdamW's two averages, without activations.
    public let trainingBytes: Int
    /// Bytes of the keys and values of one token.
    public let cacheBytesPerToken: Int

    /// All weights.
    public var total: Int { embedding + other }

    init(_ model: ModelConfiguration) {
        let positions =
            switch model.architecture {
            case .gpt2, .gptNeo: model.context
            case .llama: 0
            case .compressor: 6 + model.context / 2
            }
        embedding = (model.vocabulary + positions) * model.hidden
        let total = Int(model.parameterCount)
        other = total - embedding
        // The head multiplies every token, whether its weights are shared or not.
        let head = model.sharesHead ? model.vocabulary * model.hidden : 0
        let width = model.heads * model.headWidth
        if model.architecture == .compressor {
            // Three places of the encoder, one of the trunk and two of the decoder for every two tokens.
            let decoded = model.halfDepth * 2 * model.hidden * (model.hidden + 1)
            let block = (other - decoded - 4 * model.hidden) / max(1, model.layers + 2 * model.halfDepth)
            let products = model.halfDepth * (3 + 2) * block + model.layers * block + decoded
            let places = model.halfDepth * (3 * 3 + 2 * 2) + model.layers * (model.context / 2)
            flopsPerToken = products + 2 * head + 2 * places * width
        } else {
            flopsPerToken = 2 * (other + head) + 4 * model.layers * width * model.context
        }
        weightBytes = 4 * total
        trainingBytes = 16 * total
        // A Compressor's trunk keeps keys and values of every other token.
        cacheBytesPerToken =
            8 * model.layers * model.keyValueHeads * model.headWidth / (model.architecture == .compressor ? 2 : 1)
    }
}

extension StorableModel {
    /// How large the model is, and what it costs to use and to train.
    public var sizes: ModelSizes { ModelSizes(configuration) }
}

extension ModelSizes: Displayable, CustomStringConvertible {
    private var rows: [(String, String)] {
        [
            ("weights", total.formatted()), ("  of the embeddings", embedding.formatted()),
            ("  others", other.formatted()),
            ("FLOPs a token", flopsPerToken.formatted()), ("memory of the weights", megabytes(weightBytes)),
            ("memory to train, without activations", megabytes(trainingBytes)),
            ("cache of a token", "\((cacheBytesPerToken + 500) / 1000) kB"),
        ]
    }

    private func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }

    public var description: String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { $0.0.padding(toLength: width + 2, withPad: " ", startingAt: 0) + $0.1 }.joined(
            separator: "\n")
    }

    public var mimeBundle: MIMEBundle {
        let cells = rows.map { "<tr><td style=\"text-align:left;white-space:pre\">\($0.0)</td><td>\($0.1)</td></tr>" }
        return MIMEBundle(["text/plain": description, "text/html": "<table>\(cells.joined())</table>"])
    }
}
