import Networks
import Notebook
import Stories
import Tensors

/// How much memory a training step needs, by model, hidden size and batch: Table 5 of the report on story models.
///
/// ```swift
/// MemoryTable(of: [.gpt, .compressor], hidden: [128, 256, 512], batches: [2, 4, 8, 16, 32], budget: .gigabytes(11))
/// ```
///
/// Counted are the most bytes that tensors hold at once in a step: weights, gradients, AdamW's two averages, and what
/// the forward pass keeps. Batches of up to 2,048 tokens are run; what every further row adds is the same, and follows
/// from the steps of 1,024 and of 2,048 tokens, to 5 % of what such a step would take.
///
/// Attention keeps no pattern here, which is what the report's models spent most of their memory on and what its
/// Compressor halves: GPT needs between 0.06 (hidden 128, batch 16) and 0.66 (hidden 512, batch 2) of the report's memory,
/// and the Compressor, with its wider feed-forward layers and three places for every two tokens in its encoder, more
/// than GPT.
public struct MemoryTable: Sendable {
    /// The sizes of a model that is measured.
    public struct Sizes: Hashable, Sendable {
        /// The width of the residual stream.
        public let hidden: Int
        /// How deep the model is, and how many attention heads a block has.
        public let layers, heads: Int
        /// How many token ids there are, and how many tokens a row has.
        public let vocabulary, context: Int
    }

    /// A kind of model, made in any size.
    public struct Model: Sendable {
        /// What the table calls it.
        public let name: String
        private let making: @Sendable (Sizes) -> any LanguageModel

        /// A kind of one's own: `MemoryTable.Model("mine") { Mine(width: $0.hidden, vocabulary: $0.vocabulary) }`.
        public init(_ name: String, make: @escaping @Sendable (Sizes) -> any LanguageModel) {
            (self.name, making) = (name, make)
        }

        /// A model of these sizes.
        public func make(hidden: Int, layers: Int, heads: Int, vocabulary: Int, context: Int) -> any LanguageModel {
            making(Sizes(hidden: hidden, layers: layers, heads: heads, vocabulary: vocabulary, context: context))
        }

        /// GPT-2's architecture.
        public static let gpt = Model("GPT") {
            GPT(
                hidden: $0.hidden, layers: $0.layers, heads: $0.heads, vocabulary: $0.vocabulary, context: $0.context)
        }
        /// GPT-2's architecture, with what is inside a block computed twice instead of kept.
        public static let recomputingGPT = Model("GPT, recomputing") {
            var model = GPT(
                hidden: $0.hidden, layers: $0.layers, heads: $0.heads, vocabulary: $0.vocabulary, context: $0.context)
            model.recomputesBlocks = true
            return model
        }
        /// GPT-Neo's architecture.
        public static let gptNeo = Model("GPTNeo") {
            GPTNeo(
                hidden: $0.hidden, layers: $0.layers, heads: $0.heads, vocabulary: $0.vocabulary, context: $0.context)
        }
        /// Llama's architecture.
        public static let llama = Model("Llama") {
            Llama(
                hidden: $0.hidden, layers: $0.layers, heads: $0.heads, vocabulary: $0.vocabulary, context: $0.context)
        }
        /// The model that reads tokens in pairs.
        public static let compressor = Model("Compressor") {
            Compressor(
                hidden: $0.hidden, layers: $0.layers, heads: $0.heads, vocabulary: $0.vocabulary, context: $0.context)
        }
    }

    /// How much memory there is.
    public struct Budget: Hashable, Sendable {
        /// The memory in bytes.
        public let bytes: Int

        /// So many times 10⁹ bytes.
        public static func gigabytes(_ count: Double) -> Budget { Budget(bytes: Int(count * 1e9)) }
        /// So many times 10⁶ bytes.
        public static func megabytes(_ count: Double) -> Budget { Budget(bytes: Int(count * 1e6)) }
    }

    /// What one model of one hidden size needs.
    public struct Row: Hashable, Sendable {
        /// The kind of model.
        public let model: String
        /// The width of its residual stream.
        public let hidden: Int
        /// The bytes of a step, for each batch of the table.
        public let bytes: [Int]
    }

    /// A row for each model and hidden size.
    public let rows: [Row]
    /// How many rows of tokens the batches have.
    public let batches: [Int]
    /// What is marked as out of memory where it does not fit; everything fits where it is nil.
    public let budget: Budget?
    /// How many tokens a row has.
    public let context: Int

    /// Measures the models; layers, heads, vocabulary and context are the report's unless they are given.
    public init(
        of models: [Model], hidden: [Int], batches: [Int], budget: Budget? = nil, layers: Int = 8, heads: Int = 4,
        vocabulary: Int = 50_260, context: Int = 512
    ) {
        require(
            batches.allSatisfy { $0 > 0 }, "MemoryTable: batches of \(batches) rows - a batch has at least one row")
        (self.batches, self.budget, self.context) = (batches, budget, context)
        let bar = ProgressBar("Measuring training steps", total: models.count * hidden.count)
        rows = models.flatMap { model in
            hidden.map { hidden in
                defer { bar.advance(note: "\(model.name) \(hidden)") }
                let step = MeasuredStep(batches: batches, vocabulary: vocabulary, context: context) {
                    model.make(
                        hidden: hidden, layers: layers, heads: heads, vocabulary: vocabulary, context: context)
                }
                return Row(model: model.name, hidden: hidden, bytes: batches.map { step.bytes(ofBatch: $0) })
            }
        }
    }
}

/// The memory of one model's training step: measured for small batches, and for greater ones as much more as the rows
/// that they have more.
private struct MeasuredStep {
    /// From here on a row adds what every row adds: buffers that are filled piece by piece have their greatest size.
    private static let fewestTokens = 1024
    /// The bytes of steps by their numbers of rows.
    private let measured: [Int: Int]
    /// The numbers of rows from which greater batches follow.
    private let fewer, more: Int

    init(batches: [Int], vocabulary: Int, context: Int, of make: () -> any LanguageModel) {
        let enough = (Self.fewestTokens + context - 1) / context
        (fewer, more) = (enough, 2 * enough)
        let wanted = Set(batches.map { min($0, 2 * enough) })
        let ends = batches.contains { $0 > 2 * enough } ? [enough, 2 * enough] : []
        func peak(of rows: Int) -> Int {
            Memory.peak {
                let model = make()
                let adam = AdamW(model, rate: 1e-4)
                let ids = (0..<rows * context).map { Int32($0 * 7919 % vocabulary) }
                let batch = Batch(inputs: ids, targets: ids, rows: rows, length: context)
                model.loss(batch).backward()
                adam.step()
            }
        }
        measured = Dictionary(uniqueKeysWithValues: wanted.union(ends).map { ($0, peak(of: $0)) })
    }

    func bytes(ofBatch rows: Int) -> Int {
        if let found = measured[rows] { return found }
        guard let low = measured[fewer], let high = measured[more] else { return 0 }
        return high + (rows - more) * (high - low) / (more - fewer)
    }
}

extension MemoryTable: Displayable, CustomStringConvertible {
    private func text(of bytes: Int) -> String {
        if let budget, bytes > budget.bytes { return "oom" }
        return "\((bytes + 500_000) / 1_000_000)"
    }

    private var caption: String {
        let limit = budget.map { ", of \(($0.bytes + 500_000) / 1_000_000) at most" } ?? ""
        return "megabytes of a training step, \(context) tokens a row\(limit)"
    }

    private var headings: [String] { ["model", "hidden"] + batches.map { "batch \($0)" } }

    public var description: String {
        let cells = rows.map { [$0.model, "\($0.hidden)"] + $0.bytes.map(text) }
        return "\(Table(columns: headings, rows: cells))\n\(caption)"
    }

    /// A table of megabytes, with `oom` where the budget is passed.
    public var mimeBundle: MIMEBundle {
        func cell(_ text: String, _ style: String = "") -> String {
            "<td style=\"text-align:right\(style)\">\(HTML.escaped(text))</td>"
        }
        let head = headings.map { "<th>\($0)</th>" }.joined()
        let body = rows.enumerated().map { index, row in
            let isFirst = index == 0 || rows[index - 1].model != row.model
            let name = "<th style=\"text-align:left\">\(isFirst ? HTML.escaped(row.model) : "")</th>"
            let numbers = row.bytes.map { bytes in
                cell(text(of: bytes), text(of: bytes) == "oom" ? ";opacity:.45" : "")
            }
            return "<tr>\(name)\(cell("\(row.hidden)"))\(numbers.joined())</tr>"
        }
        return MIMEBundle([
            "text/plain": description,
            "text/html": "<table><caption>\(caption)</caption><thead><tr>\(head)</tr></thead>"
                + "<tbody>\(body.joined())</tbody></table>",
        ])
    }
}
