import Networks
import Stories
import Tensors

/// What a training makes small, and the named terms that it is made of.
///
/// ```swift
/// let careful = Objective("loss + 0.01 weights²") { model, batch, terms in
///     terms.likelihood = model.loss(batch)
///     return terms.likelihood + 0.01 * model.parameters.map { ($0.value * $0.value).sum() }.reduce(0, +)
/// }
/// ```
public struct Objective: Sendable {
    /// The formula, for people to read.
    public let name: String
    let loss: @Sendable (any LanguageModel, Batch, inout Terms) -> Tensor

    /// An objective of a formula; every term that it names is plotted.
    public init(_ name: String, loss: @escaping @Sendable (any LanguageModel, Batch, inout Terms) -> Tensor) {
        (self.name, self.loss) = (name, loss)
    }

    /// The mean negative log-likelihood of the next token.
    public static let likelihood = Objective("negative log-likelihood") { model, batch, _ in model.loss(batch) }
}

/// The terms of an objective by their names: `terms.shuffled = model.loss(batch)`.
@dynamicMemberLookup
public struct Terms {
    private var values: [String: Tensor] = [:]

    init() {}

    /// A term that was set before, or zero.
    public subscript(dynamicMember name: String) -> Tensor {
        get { values[name] ?? Tensor(0) }
        set { values[name] = newValue }
    }

    func record(in terms: inout [String: [Float]]) {
        for (name, value) in values { terms[name, default: []].append(value.item) }
    }
}
