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

    /// A batch of the given rows; both arrays hold `rows * length` ids.
    public init(inputs: [Int32], targets: [Int32], rows: Int, length: Int) {
        self.inputs = inputs
        self.targets = targets
        self.rows = rows
        self.length = length
    }
}
