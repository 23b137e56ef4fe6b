import Notebook

/// A text that a model wrote after a prompt.
public struct Completion: Hashable, Sendable {
    /// What the model was given.
    public let prompt: String
    /// What it wrote.
    public let continuation: String
    /// The ids of what it wrote, without the one that ended it.
    public let tokens: [Int32]
    /// The logarithm of each token's probability, by the model's own logits, in nats.
    public let logProbabilities: [Float]
    /// Why it ended.
    public let ending: TextEnding

    /// Prompt and continuation.
    public var text: String { prompt + continuation }
    /// The mean negative log-likelihood of a token, in nats.
    public var loss: Float { -logProbabilities.reduce(0) { $0 + $1 } / Float(max(1, logProbabilities.count)) }
}

extension Completion: CustomStringConvertible, Displayable {
    public var description: String { text }

    public var mimeBundle: MIMEBundle { [self].mimeBundle }
}

extension [Completion]: Displayable {
    /// The texts as paragraphs, prompts in bold.
    public var mimeBundle: MIMEBundle {
        let paragraphs = map { completion in
            "<p style=\"max-width:48em;white-space:pre-wrap\"><b>\(completion.prompt.escapedForHTML)</b>"
                + "\(completion.continuation.escapedForHTML)</p>"
        }
        return MIMEBundle([
            "text/plain": map(\.text).joined(separator: "\n\n"), "text/html": paragraphs.joined(separator: "\n"),
        ])
    }
}

extension String {
    fileprivate var escapedForHTML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
