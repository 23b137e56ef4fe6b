import Tensors

/// A causal transformer that says what it is made of: its texts are written with keys and values kept, and what goes on
/// inside can be watched.
///
/// GPT, GPTNeo and Llama are such models; so is one of your own that describes itself:
///
/// ```swift
/// struct Story: TransformerModel {
///     // embeddings, blocks, a norm, logits(_:), loss(_:)
///     var anatomy: TransformerAnatomy { TransformerAnatomy(heads: 4, context: 256, tokens: tokens, ...) }
/// }
/// ```
public protocol TransformerModel: LanguageModel {
    /// The model's parts, in the order in which they work.
    var anatomy: TransformerAnatomy { get }
}
