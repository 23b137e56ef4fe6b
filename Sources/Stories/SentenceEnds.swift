import Notebook

/// Where sentences end in rows of token ids: behind `.`, `!` or `?` and the quotes that close, where white space follows.
final class SentenceEnds: Sendable {
    /// The id that stands between stories.
    let boundary: Int32?
    private let ends, quotes, beginsWithSpace: [Bool]

    init(_ tokenizer: any Tokenizer) {
        boundary = tokenizer.endOfText
        var (ends, quotes, spaces): ([Bool], [Bool], [Bool]) = ([], [], [])
        for id in 0..<Int32(tokenizer.vocabularySize) {
            let bytes = tokenizer.bytes(of: id)
            let words = bytes.dropLast(bytes.reversed().prefix { Self.closing.contains($0) }.count)
            ends.append(words.last.map { ".!?".utf8.contains($0) } ?? false)
            quotes.append(words.isEmpty && !bytes.isEmpty)
            spaces.append(bytes.first?.isASCIIWhiteSpace ?? false)
        }
        (self.ends, self.quotes, beginsWithSpace) = (ends, quotes, spaces)
    }

    private static let closing = Array("\"')”’".utf8)

    /// The sentences of each story that a row holds, with the boundaries between stories as parts of their own.
    func stories(in row: ArraySlice<Int32>) -> [[ArraySlice<Int32>]] {
        var stories: [[ArraySlice<Int32>]] = [[]]
        var start = row.startIndex
        var isOver = false
        func close(_ end: Int) {
            if end > start { stories[stories.count - 1].append(row[start..<end]) }
            start = end
        }
        for place in row.indices {
            let id = row[place]
            if id == boundary {
                close(place)
                stories.append([row[place...place]])
                stories.append([])
                start = place + 1
                isOver = false
                continue
            }
            if isOver, beginsWithSpace[Int(id)] { close(place) }
            isOver = ends[Int(id)] || isOver && quotes[Int(id)]
        }
        close(row.endIndex)
        return stories.filter { !$0.isEmpty }
    }
}

extension Batch {
    /// The first rows: a share of them, at least one.
    public func prefix(fraction: Double) -> Batch {
        let kept = Swift.max(1, Swift.min(rows, Int((Double(rows) * fraction).rounded())))
        require(fraction > 0 && fraction <= 1, "prefix: a fraction of \(fraction) - it is above 0, at most 1")
        guard kept < rows else { return self }
        return Batch(
            inputs: Array(inputs.prefix(kept * length)), targets: Array(targets.prefix(kept * length)), rows: kept,
            length: length, sentenceEnds: sentenceEnds)
    }

    /// The same rows with the sentences of each story in another order: texts whose every sentence is right and which
    /// make no sense.
    ///
    /// - Parameter seed: the same seed gives the same order to the same rows.
    public func shufflingSentences(seed: UInt64) -> Batch {
        guard let sentenceEnds else {
            stopCell(
                "shufflingSentences: this batch was made of ids, which do not say where sentences end - take it from "
                    + "stories.batches(of:context:seed:)")
        }
        var inputs: [Int32] = []
        var targets: [Int32] = []
        inputs.reserveCapacity(rows * length)
        targets.reserveCapacity(rows * length)
        for row in 0..<rows {
            let places = row * length..<(row + 1) * length
            // What follows the last real target is padding, and stays.
            let real = (self.targets[places].lastIndex { $0 != Batch.ignored } ?? places.lowerBound - 1) + 1
            guard real > places.lowerBound else {
                inputs += self.inputs[places]
                targets += self.targets[places]
                continue
            }
            let ids = Array(self.inputs[places.lowerBound..<real]) + [self.targets[real - 1]]
            var generator = SeededGenerator(seed: seed, stream: UInt64(row))
            var shuffled: [Int32] = []
            for var story in sentenceEnds.stories(in: ids[...]) {
                generator.shuffle(&story)
                shuffled += story.joined()
            }
            inputs += shuffled.dropLast() + self.inputs[real..<places.upperBound]
            targets += shuffled.dropFirst() + self.targets[real..<places.upperBound]
        }
        return Batch(inputs: inputs, targets: targets, rows: rows, length: length, sentenceEnds: sentenceEnds)
    }
}
