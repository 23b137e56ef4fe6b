import Foundation
import Networks
import Notebook
import Stories
import Tensors

/// How surprised a model is by stories that it has not learned from.
public struct HeldOutLoss: Hashable, Sendable, Codable {
    /// The mean negative log-likelihood of a token, in nats.
    public let loss: Double
    /// The bits that the model needs for a byte of text: comparable between models of different tokenizers.
    public let bitsPerByte: Double
    /// How many tokens were foretold.
    public let tokens: Int

    /// The number of equally likely tokens that would surprise as much: e to the loss.
    public var perplexity: Double { exp(loss) }

    /// A loss that was measured elsewhere.
    public init(loss: Double, bitsPerByte: Double, tokens: Int) {
        (self.loss, self.bitsPerByte, self.tokens) = (loss, bitsPerByte, tokens)
    }
}

extension HeldOutLoss: CustomStringConvertible {
    public var description: String {
        String(
            format: "loss %.3f nats a token, %.3f bits a byte, perplexity %.2f, over %@ tokens", loss, bitsPerByte,
            perplexity, written(count: tokens))
    }
}

extension LanguageModel {
    /// The loss and the bits per byte over stories, each token foretold once, in rows as long as the context.
    ///
    /// The ends of stories are foretold too and count towards the loss; in bits per byte they cost bits and stand for
    /// no byte. The model is left as it is.
    ///
    /// - Parameters:
    ///   - limit: about how many tokens are enough; all where there is no limit.
    ///   - rows: how many rows are computed at once.
    public func loss(
        on stories: TokenizedStories, limit: Int? = nil, rows: Int = 16, layout: RowLayout = .packed
    ) -> HeldOutLoss {
        require(
            stories.tokenizer.vocabularySize <= vocabulary,
            "loss: stories of \(stories.tokenizer.vocabularySize) different tokens - the model knows \(vocabulary)")
        let end = stories.tokenizer.endOfText
        let lengths = (0..<Int32(stories.tokenizer.vocabularySize)).map { id in
            id == end ? 0 : stories.tokenizer.bytes(of: id).count
        }
        var (nats, tokens, bytes) = (0.0, 0, 0)
        for batch in stories.batches(of: rows, context: context, layout: layout) {
            Interruption.check()
            let targets = batch.targets.filter { $0 != Batch.ignored }
            let mean = withoutGradients { loss(batch).item }
            nats += Double(mean) * Double(targets.count)
            tokens += targets.count
            bytes += targets.reduce(0) { $0 + lengths[Int($1)] }
            if let limit, tokens >= limit { break }
        }
        return HeldOutLoss(
            loss: nats / Double(max(1, tokens)), bitsPerByte: nats / log(2) / Double(max(1, bytes)), tokens: tokens)
    }
}
