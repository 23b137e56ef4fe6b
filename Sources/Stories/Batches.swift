import Notebook

/// How stories are laid out in the rows of a batch.
public enum RowLayout: Hashable, Sendable {
    /// Stories follow one another without a gap and go on in the next row: no position is wasted.
    case packed
    /// A row holds one story, cut at the end of the row or padded; padding counts towards no loss.
    case oneStory
}

/// Batches of stories for training, without end: when all stories were seen, they come again in another order.
public struct Batches: Sequence, Sendable {
    let stories: TokenizedStories
    let rows: Int
    let length: Int
    let layout: RowLayout
    /// What shuffles the stories; nil reads them once, in their own order.
    let seed: UInt64?
    private let sentenceEnds: SentenceEnds

    init(stories: TokenizedStories, rows: Int, length: Int, layout: RowLayout, seed: UInt64?) {
        (self.stories, self.rows, self.length, self.layout, self.seed) = (stories, rows, length, layout, seed)
        sentenceEnds = SentenceEnds(stories.tokenizer)
    }

    public func makeIterator() -> Iterator { Iterator(self) }

    /// The first batch, to look at; none of no stories.
    public var first: Batch? { first { _ in true } }

    /// One batch after another.
    public struct Iterator: IteratorProtocol {
        private let batches: Batches
        private let boundary: Int32?
        private var order: [Int32]
        private var place = 0
        private var epoch: UInt64 = 0
        /// Ids that were read and not yet handed out.
        private var waiting: [Int32]

        init(_ batches: Batches) {
            self.batches = batches
            boundary = batches.stories.tokenizer.endOfText
            order = Array(0..<Int32(batches.stories.count))
            waiting = boundary.map { [$0] } ?? []
            shuffle()
        }

        private mutating func shuffle() {
            guard let seed = batches.seed else { return }
            var generator = SeededGenerator(seed: seed, stream: epoch)
            generator.shuffle(&order)
        }

        /// The next story in the order of this pass, or nil after the last pass.
        private mutating func nextStory() -> Int? {
            if place == order.count {
                guard batches.seed != nil, !order.isEmpty else { return nil }
                epoch += 1
                place = 0
                shuffle()
            }
            place += 1
            return Int(order[place - 1])
        }

        public mutating func next() -> Batch? {
            var inputs: [Int32] = []
            var targets: [Int32] = []
            inputs.reserveCapacity(batches.rows * batches.length)
            targets.reserveCapacity(batches.rows * batches.length)
            var rows = 0
            while rows < batches.rows, let row = nextRow() {
                let missing = batches.length - (row.count - 1)
                inputs += row.dropLast()
                inputs += repeatElement(boundary ?? 0, count: missing)
                targets += row.dropFirst()
                targets += repeatElement(Batch.ignored, count: missing)
                rows += 1
            }
            guard rows > 0 else { return nil }
            return Batch(
                inputs: inputs, targets: targets, rows: rows, length: batches.length,
                sentenceEnds: batches.sentenceEnds)
        }

        /// The ids of a row and the one that follows it: 2 to `length + 1` of them.
        private mutating func nextRow() -> ArraySlice<Int32>? {
            switch batches.layout {
            case .packed: packedRow()
            case .oneStory: storyRow()
            }
        }

        private mutating func packedRow() -> ArraySlice<Int32>? {
            while waiting.count <= batches.length, let story = nextStory() {
                batches.stories.append(story, to: &waiting)
                if let boundary { waiting.append(boundary) }
            }
            guard waiting.count > 1 else { return nil }
            let row = waiting.prefix(batches.length + 1)
            // The last id of a row is the first of the next.
            waiting.removeFirst(row.count - 1)
            return row
        }

        private mutating func storyRow() -> ArraySlice<Int32>? {
            while let story = nextStory() {
                var row = boundary.map { [$0] } ?? []
                batches.stories.append(story, to: &row)
                if let boundary { row.append(boundary) }
                if row.count > 1 { return row.prefix(batches.length + 1) }
            }
            return nil
        }
    }
}

extension TokenizedStories {
    /// Batches for training, without end, in an order that the seed gives.
    ///
    /// - Parameters:
    ///   - rows: how many rows a batch has.
    ///   - context: how many tokens a row has.
    ///   - seed: the same seed gives the same batches.
    ///   - layout: how stories are laid out in rows.
    public func batches(
        of rows: Int, context: Int, seed: UInt64, layout: RowLayout = .packed
    ) -> Batches {
        batches(rows, context, layout, seed)
    }

    /// Batches that show every token once, in the stories' own order: what a loss is measured on.
    ///
    /// The last batch may have fewer rows, and its last row is padded.
    public func batches(of rows: Int, context: Int, layout: RowLayout = .packed) -> Batches {
        batches(rows, context, layout, nil)
    }

    private func batches(_ rows: Int, _ context: Int, _ layout: RowLayout, _ seed: UInt64?) -> Batches {
        require(rows > 0 && context > 0, "batches: \(rows) rows of \(context) tokens - both have to be positive")
        return Batches(stories: self, rows: rows, length: context, layout: layout, seed: seed)
    }
}
