import Stories
import Tensors

/// A network that says how likely each token is to come next.
public protocol LanguageModel: Layer {
    /// How many token ids there are.
    var vocabulary: Int { get }
    /// The longest row of tokens that the model reads.
    var context: Int { get }
    /// Scores of every possible next token after each token of each row.  // [rows, length, vocabulary]
    func logits(_ ids: [[Int32]]) -> Tensor
    /// The mean negative log-likelihood of the targets in nats; ignored targets do not count.
    func loss(_ batch: Batch) -> Tensor
    /// How the model's ids are written as text.
    var coding: TextCoding { get }
}

extension LanguageModel {
    /// A model that keeps no coding of its own has one with all others that share its weights.
    public var coding: TextCoding { parameters.first?.coding ?? TextCoding() }

    /// Scores of every possible next token after each token of a batch, such as an objective of one's own compares with
    /// the batch's targets.
    ///
    /// - Returns: [rows, length, vocabulary].
    public func logits(_ batch: Batch) -> Tensor {
        logits((0..<batch.rows).map { Array(batch.inputs[$0 * batch.length..<($0 + 1) * batch.length]) })
    }

    /// Scores of every possible next token after each token of each row: `logits`, called as a layer is.
    ///
    /// - Returns: [rows, length, vocabulary].
    public func callAsFunction(_ ids: [[Int32]]) -> Tensor { logits(ids) }
}
