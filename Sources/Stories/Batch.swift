/// Rows of token ids and, for each, the id that follows: what one step of training sees.
public struct Batch: Hashable, Sendable {
    /// The target of a position that does not count towards the loss, such as padding.
    public static let ignored: Int32 = -1

    /// The ids that the model reads, row by row.  // [rows, length]
    public let inputs: [Int32]
    /// The id that follows each input, or `Batch.ignored`.  // [rows, length]
    public let targets: [Int32]
    /// How many rows there are.
    public let rows: Int
    /// How many tokens a row has.
    public let length: Int
    /// Where sentences end, where the batch knows its tokenizer.
    let sentenceEnds: SentenceEnds?

    /// A batch of the given rows; both arrays hold `rows * length` ids.
    public init(inputs: [Int32], targets: [Int32], rows: Int, length: Int) {
        self.init(inputs: inputs, targets: targets, rows: rows, length: length, sentenceEnds: nil)
    }

    init(inputs: [Int32], targets: [Int32], rows: Int, length: Int, sentenceEnds: SentenceEnds?) {
        (self.inputs, self.targets, self.rows, self.length) = (inputs, targets, rows, length)
        self.sentenceEnds = sentenceEnds
    }

    public static func == (a: Batch, b: Batch) -> Bool {
        (a.rows, a.length) == (b.rows, b.length) && a.inputs == b.inputs && a.targets == b.targets
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(inputs)
        hasher.combine(targets)
    }
}

extension Batch: CustomStringConvertible {
    /// How many rows of how many tokens, and the first ids of each.
    public var description: String {
        let shown = (0..<min(rows, 8)).map { row in
            let ids = inputs[row * length..<(row + 1) * length].prefix(12).map(String.init)
            return "  \(ids.joined(separator: " "))\(length > 12 ? " …" : "")"
        }
        return (["\(rows) rows of \(length) tokens"] + shown + (rows > 8 ? ["  …"] : [])).joined(separator: "\n")
    }
}
