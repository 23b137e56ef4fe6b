import Tensors

/// What continues texts token by token: it reads tokens and says how likely each next one is.
package protocol TokenPredictor {
    /// The state of a text so far. A value: a copy goes its own way.
    associatedtype Text

    var vocabulary: Int { get }
    /// The longest text that the model reads.
    var context: Int { get }

    /// An empty text.
    func begin() -> Text

    /// Reads more of each text, at least one token of each, and gives the logits after its last one.
    ///
    /// The logits are those of one text after the other, `vocabulary` each, and stay valid until the next call.
    mutating func read(_ tokens: [[Int32]], into texts: inout [Text]) -> UnsafeMutableBufferPointer<Float>

    /// How many tokens a text has.
    func length(of text: Text) -> Int
}

/// Reads every text from its beginning again for each token: what a model of any kind can do.
struct RereadingPredictor: TokenPredictor {
    let model: any LanguageModel
    private var rows: [Float] = []

    init(_ model: any LanguageModel) { self.model = model }

    var vocabulary: Int { model.vocabulary }
    var context: Int { model.context }
    func begin() -> [Int32] { [] }
    func length(of text: [Int32]) -> Int { text.count }

    mutating func read(_ tokens: [[Int32]], into texts: inout [[Int32]]) -> UnsafeMutableBufferPointer<Float> {
        rows = []
        for (index, more) in tokens.enumerated() {
            texts[index] += more
            let logits = withoutGradients { model.logits([texts[index]]) }
            logits.withElements { rows += $0.suffix(vocabulary) }
        }
        return rows.withUnsafeMutableBufferPointer { $0 }
    }
}
