import Foundation

/// Loss and gradients of a language model's head.
///
/// A chunk of tokens is scored against one piece of the vocabulary after another. A piece's scores stand transposed,
/// tokens side by side, so that the softmax of sixteen tokens is one vector, and neither operand needs transposing.
/// Every piece keeps its own greatest score and sum for each token; their combination gives the softmax's divisor,
/// whatever the order in which cores take the pieces. A second pass turns scores into gradients.
struct HeadPass {
    private let x: Tensor
    private let embedding: Tensor
    private let targets: [Int32]
    private let weight: Float
    private let wantsGradients: Bool

    private let width: Int
    private let vocabulary: Int
    private let chunk: Int
    private let pieceCount: Int

    private(set) var inputGradient: Tensor?
    private(set) var embeddingGradient: Tensor?

    /// Rows of the vocabulary that are scored together: a whole number of tiles.
    private static let pieceRows = 192
    /// Tokens that are scored together: each such chunk passes over the embedding and its gradient once.
    private static let chunkTokens = 256
    /// In how many parts the gradient of a chunk's input is summed up, whatever the number of threads.
    private static let parts = 8

    init(_ x: Tensor, _ embedding: Tensor, targets: [Int32], weight: Float, wantsGradients: Bool) {
        (self.x, self.embedding, self.targets, self.weight) = (x, embedding, targets, weight)
        self.wantsGradients = wantsGradients
        width = x.shape.innermost
        vocabulary = embedding.shape[0]
        pieceCount = (vocabulary + Self.pieceRows - 1) / Self.pieceRows
        chunk = max(16, min(Self.chunkTokens, (targets.count + 15) / 16 * 16))
        if wantsGradients {
            inputGradient = Tensor(uninitialized: x.shape)
            embeddingGradient =
                targets.isEmpty ? Tensor(zeros: embedding.shape) : Tensor(uninitialized: embedding.shape)
        }
    }

    mutating func run() -> Float {
        // A last tile reads some floats behind the last row.
        let scores = Tensor(uninitialized: [pieceCount * Self.pieceRows + 1, chunk + 16])
        let statistics = Tensor(uninitialized: [2, pieceCount, chunk + 16])
        var total = 0.0
        for first in stride(from: 0, to: targets.count, by: chunk) {
            total += Chunk(self, first: first, scores: scores, statistics: statistics).run()
        }
        return Float(total * Double(weight))
    }

    /// The tokens that are worked on together.
    private struct Chunk {
        let pass: HeadPass
        let first: Int
        let tokens: Int
        /// Tokens up to a whole number of vectors.
        let padded: Int
        /// Floats from class to class: so many that classes do not compete for a place in the cache.
        let step: Int
        let scores: UnsafeMutablePointer<Float>
        let greatest: UnsafeMutablePointer<Float>
        let sums: UnsafeMutablePointer<Float>
        let owner: (Tensor, Tensor)
        let targets: ArraySlice<Int32>

        init(_ pass: HeadPass, first: Int, scores: Tensor, statistics: Tensor) {
            self.pass = pass
            self.first = first
            tokens = min(pass.chunk, pass.targets.count - first)
            padded = (tokens + 15) / 16 * 16
            step = padded + 16
            self.scores = scores.storage.floats
            greatest = statistics.storage.floats
            sums = statistics.storage.floats + pass.pieceCount * (pass.chunk + 16)
            owner = (scores, statistics)
            targets = pass.targets[first..<first + tokens]
        }

        func run() -> Double {
            let input = pass.x.storage.floats + first * pass.width
            let table = pass.embedding.storage.floats
            let scoreLayout = PanelLayout(inner: pass.width, columns: tokens)
            let packed = Tensor(uninitialized: [scoreLayout.floats])
            scoreLayout.packAll(
                Operand(input, rows: tokens, columns: pass.width).transposed(if: true), into: packed.storage.floats)
            let targetScores = Tensor(zeros: [step])
            parallel(pass.pieceCount) { piece, _ in
                score(piece, table, scoreLayout, packed.storage.floats, targetScores.storage.floats)
            }
            let factors = Tensor(uninitialized: [pass.pieceCount, step])
            let loss = combine(targetScores.storage.floats, factors.storage.floats)
            if pass.wantsGradients { gradients(input, table, factors.storage.floats) }
            withExtendedLifetime((packed, targetScores, factors, owner)) {}
            return loss
        }

        private func classes(of piece: Int) -> Range<Int> {
            piece * HeadPass.pieceRows..<min(pass.vocabulary, (piece + 1) * HeadPass.pieceRows)
        }

        /// Scores of a piece of the vocabulary; e^(score - greatest) takes their place.
        private func score(
            _ piece: Int, _ table: UnsafePointer<Float>, _ layout: PanelLayout, _ packed: UnsafePointer<Float>,
            _ targetScores: UnsafeMutablePointer<Float>
        ) {
            let classes = classes(of: piece)
            let tile = scores + classes.lowerBound * step
            // The last piece's last tile would be read beyond the table.
            let whole = classes.count / TileSize.rows * TileSize.rows
            for start in stride(from: 0, to: pass.width, by: Block.inner) {
                let inner = min(Block.inner, pass.width - start)
                let left = table + classes.lowerBound * pass.width + start
                multiplyPanels(
                    TileOperand(rows: left, step: pass.width), rows: whole,
                    layout.panels(from: start, in: packed).first(layout.panels),
                    inner: inner, start: start == 0 ? TileStart() : TileStart(matrix: UnsafePointer(tile), step: step),
                    into: tile, step: step)
            }
            for row in whole..<classes.count {
                for token in 0..<padded {
                    let input = pass.x.storage.floats + (first + min(token, tokens - 1)) * pass.width
                    tile[row * step + token] = dotProduct(
                        table + (classes.lowerBound + row) * pass.width, input, pass.width)
                }
            }
            for (token, target) in zip(0..<tokens, targets) where classes.contains(Int(target)) {
                targetScores[token] = tile[(Int(target) - classes.lowerBound) * step + token]
            }
            for column in stride(from: 0, to: padded, by: 16) {
                let (top, sum) = exponentials(tile + column, rows: classes.count)
                store(top, to: greatest + piece * step + column)
                store(sum, to: sums + piece * step + column)
            }
        }

        @inline(__always)
        private func exponentials(_ column: UnsafeMutablePointer<Float>, rows: Int) -> (top: Vector, sum: Vector) {
            var top = load(column)
            for row in 1..<max(rows, 1) {
                let x = load(column + row * step)
                top.replace(with: x, where: x .> top)
            }
            var sum = Vector(repeating: 0)
            for row in 0..<rows {
                let e = decayingExponential(load(column + row * step) - top)
                sum += e
                store(e, to: column + row * step)
            }
            return (top, sum)
        }

        /// The chunk's loss, and for each piece and token what its exponentials are to be multiplied with.
        private func combine(_ targetScores: UnsafeMutablePointer<Float>, _ factors: UnsafeMutablePointer<Float>)
            -> Double
        {
            var loss = 0.0
            for column in stride(from: 0, to: padded, by: 16) {
                var top = load(greatest + column)
                for piece in 1..<max(pass.pieceCount, 1) {
                    let x = load(greatest + piece * step + column)
                    top.replace(with: x, where: x .> top)
                }
                var sum = Vector(repeating: 0)
                for piece in 0..<pass.pieceCount {
                    sum = sum.addingProduct(
                        load(sums + piece * step + column), exponential(load(greatest + piece * step + column) - top))
                }
                let normalizer = top + logarithm(sum)
                var weights = Vector(repeating: 0)
                for lane in 0..<16 where column + lane < tokens && targets[first + column + lane] >= 0 {
                    weights[lane] = pass.weight
                    loss += Double(normalizer[lane]) - Double(targetScores[column + lane])
                }
                guard pass.wantsGradients else { continue }
                for piece in 0..<pass.pieceCount {
                    let shift = exponential(load(greatest + piece * step + column) - normalizer)
                    store(shift * weights, to: factors + piece * step + column)
                }
            }
            return loss
        }

        /// Gradients of the chunk's input and of the embedding from the exponentials.
        private func gradients(
            _ input: UnsafePointer<Float>, _ table: UnsafePointer<Float>, _ factors: UnsafePointer<Float>
        ) {
            guard let dx = pass.inputGradient, let de = pass.embeddingGradient else { return }
            let width = pass.width
            let inputLayout = PanelLayout(inner: tokens, columns: width)
            let packedInput = Tensor(uninitialized: [inputLayout.floats])
            inputLayout.packAll(Operand(input, rows: tokens, columns: width), into: packedInput.storage.floats)
            let pieceLayout = PanelLayout(inner: HeadPass.pieceRows, columns: width)
            let pieceFloats = (HeadPass.pieceRows + 1) * step
            let scratch = Scratch(floats: pieceFloats + pieceLayout.floats)
            let partial = Tensor(uninitialized: [HeadPass.parts, tokens, width])
            let deTable = de.storage.floats
            parallel(HeadPass.parts) { part, worker in
                let pieces = pass.pieceCount * part / HeadPass.parts..<pass.pieceCount * (part + 1) / HeadPass.parts
                let sum = partial.storage.floats + part * tokens * width
                if pieces.isEmpty { sum.update(repeating: 0, count: tokens * width) }
                for piece in pieces {
                    let classes = classes(of: piece)
                    let tile = scratch[worker]
                    differentiate(scores + classes.lowerBound * step, classes, factors + piece * step, into: tile)
                    addEmbeddingGradient(tile, classes, inputLayout, packedInput.storage.floats, into: deTable)
                    addInputGradient(
                        tile, classes, table, tile + pieceFloats, isFirst: piece == pieces.lowerBound, into: sum)
                }
            }
            sumParts(partial.storage.floats, into: dx.storage.floats + first * width, count: tokens * width)
            withExtendedLifetime((packedInput, scratch, partial)) {}
        }

        /// weight (softmax - 1 at the target) from exponentials, which stay as they are: what is not written again need
        /// not leave the cache.
        @inline(__always)
        private func differentiate(
            _ exponentials: UnsafePointer<Float>, _ classes: Range<Int>, _ factors: UnsafePointer<Float>,
            into tile: UnsafeMutablePointer<Float>
        ) {
            for row in 0..<classes.count {
                for column in stride(from: 0, to: padded, by: 16) {
                    let i = row * step + column
                    store(load(exponentials + i) * load(factors + column), to: tile + i)
                }
            }
            for (token, target) in zip(0..<tokens, targets) where classes.contains(Int(target)) {
                tile[(Int(target) - classes.lowerBound) * step + token] -= pass.weight
            }
        }

        private func addEmbeddingGradient(
            _ tile: UnsafePointer<Float>, _ classes: Range<Int>, _ layout: PanelLayout, _ packed: UnsafePointer<Float>,
            into gradient: UnsafeMutablePointer<Float>
        ) {
            let target = gradient + classes.lowerBound * pass.width
            multiplyPanels(
                TileOperand(rows: tile, step: step), rows: classes.count, layout.panels(in: packed), inner: tokens,
                start: first == 0 ? TileStart() : TileStart(matrix: UnsafePointer(target), step: pass.width),
                into: target, step: pass.width)
        }

        private func addInputGradient(
            _ tile: UnsafePointer<Float>, _ classes: Range<Int>, _ table: UnsafePointer<Float>,
            _ packed: UnsafeMutablePointer<Float>, isFirst: Bool, into sum: UnsafeMutablePointer<Float>
        ) {
            let layout = PanelLayout(inner: classes.count, columns: pass.width)
            layout.packRows(of: table + classes.lowerBound * pass.width, step: pass.width, into: packed)
            multiplyPanels(
                TileOperand(columns: tile, step: step), rows: tokens, layout.panels(in: packed), inner: classes.count,
                start: isFirst ? TileStart() : TileStart(matrix: UnsafePointer(sum), step: pass.width), into: sum,
                step: pass.width)
        }

        private func sumParts(_ parts: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, count: Int) {
            parallelRanges(count / 16, grain: 256) { range in
                for i in range {
                    var sum = load(parts + i * 16)
                    for part in 1..<HeadPass.parts { sum += load(parts + part * count + i * 16) }
                    store(sum, to: result + i * 16)
                }
            }
            for i in (count & -16)..<count {
                result[i] = (0..<HeadPass.parts).reduce(0) { $0 + parts[$1 * count + i] }
            }
        }
    }
}
