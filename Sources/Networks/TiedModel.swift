import Notebook
import Stories
import Tensors

/// A model whose head is its token embeddings: the score of a token is the product of the last state with the vector by
/// which the token is read (Press and Wolf 2017). Scores and loss follow from the states.
public protocol TiedModel: LanguageModel {
    /// A vector for each token.
    var tokens: Embedding { get }
    /// The normalised end of the residual stream, from which the token after each one is foretold.
    /// // [rows, length, hidden]
    func states(_ ids: [Int32], rows: Int, length: Int) -> Tensor
}

extension TiedModel {
    public func logits(_ ids: [[Int32]]) -> Tensor {
        let length = ids.first?.count ?? 0
        require(
            ids.allSatisfy { $0.count == length },
            "\(Self.self): rows of \(ids.map(\.count)) tokens - they must be equal")
        return matmul(
            states(Array(ids.joined()), rows: ids.count, length: length), transposing: tokens.weight.value)
    }

    public func loss(_ batch: Batch) -> Tensor {
        headLoss(
            states(batch.inputs, rows: batch.rows, length: batch.length), tokens.weight.value, targets: batch.targets)
    }
}
