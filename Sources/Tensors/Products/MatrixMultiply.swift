import Notebook

/// Sizes of the blocks that products are cut into, so that each lies in the cache that it is read from.
enum Block {
    /// Rows of the left operand: a block of it stays in the second cache.
    static let rows = 96
    /// Inner indices: a panel of the right operand takes half of the first cache.
    static let inner = 256
    /// Columns of the result that are completed before the next ones: a block of them stays in the second cache.
    static let columns = 512
    /// Floats from row to row of a copied block: a whole number of cache lines, but of few powers of two.
    static let step = inner + 16
    /// The most rows and columns of aᵀ b that one task sums up.
    static let transposedRows = 192
    static let transposedColumns = 512
    /// Rows of a and b that are packed for all tasks at once.
    static let transposedInner = 2 * inner
    /// Columns of a or b that one task packs: a whole number of tiles and of panels.
    static let transposedPack = 192
    /// Floats from row to row of a task's sums.
    static let transposedStep = transposedColumns + 16
}

/// Memory of its own for each worker.
struct Scratch {
    private let tensor: Tensor
    private let floats: Int

    init(floats: Int) {
        self.floats = vectorCount(floats) * 16
        tensor = Tensor(uninitialized: [Threads.count * self.floats])
    }

    @inline(__always)
    subscript(worker: Int) -> UnsafeMutablePointer<Float> { tensor.storage.floats + worker * floats }
}

/// c = start + a b on all cores.
///
/// - Parameters:
///   - start: what the sums start from, such as a bias and a residual, with the result's shape.
///   - c: where the result goes, or nil if it goes no further than to `finish`.
///   - finish: called with each block of rows and columns once it is complete and still in the cache; `step` floats lie
///     from row to row of it.
func multiply<P: Prologue>(
    _ a: Operand, through prologue: P.Type, _ b: Operand, start: TileStart = TileStart(),
    into c: UnsafeMutablePointer<Float>?,
    finish: (_ rows: Range<Int>, _ columns: Range<Int>, _ block: UnsafeMutablePointer<Float>, _ step: Int) -> Void = {
        _, _, _, _ in
    }
) {
    let (m, n, k) = (a.rows, b.columns, a.columns)
    guard m > 0 && n > 0 else { return }
    let layout = PanelLayout(inner: k, columns: n)
    let packed = Tensor(uninitialized: [layout.floats])
    layout.packAll(b, into: packed.storage.floats)
    // What changes on its way in is better not copied again for every few columns.
    let width = P.changes ? n : min(n, Block.columns)
    let leftFloats = max((Block.rows + TileSize.rows) * Block.step, Block.inner * (Block.rows + 16) + 16)
    let scratch = Scratch(floats: leftFloats + (c == nil ? Block.rows * width : 0))
    // As many rows a task as a block holds, or fewer where cores would have none or one of them more than others.
    let tiles = (m + TileSize.rows - 1) / TileSize.rows
    let blocks = (m + Block.rows - 1) / Block.rows
    let tasks = min(tiles, (blocks + Threads.count - 1) / Threads.count * Threads.count)
    parallel(tasks, mayStop: true) { task, worker in
        let rows = tiles * task / tasks * TileSize.rows..<min(m, tiles * (task + 1) / tasks * TileSize.rows)
        var left = leftBlock(a, rows, 0..<min(Block.inner, k), prologue, scratch[worker])
        for column in stride(from: 0, to: n, by: width) {
            let columns = column..<min(n, column + width)
            let step = c == nil ? width : n
            let block = c.map { $0 + (rows.lowerBound * n + column) } ?? scratch[worker] + leftFloats
            for first in stride(from: 0, to: max(k, 1), by: Block.inner) {
                let inner = min(Block.inner, k - first)
                if k > Block.inner && column + first > 0 {
                    left = leftBlock(a, rows, first..<first + inner, prologue, scratch[worker])
                }
                let begin =
                    first == 0
                    ? start.advanced(rows: rows.lowerBound, columns: column)
                    : TileStart(matrix: UnsafePointer(block), step: step)
                multiplyPanels(
                    left, rows: rows.count, layout.panels(from: first, columns: columns, in: packed.storage.floats),
                    inner: inner, start: begin, into: block, step: step)
            }
            finish(rows, columns, block, step)
        }
    }
    withExtendedLifetime((packed, scratch)) {}
}

/// A block of the left operand: where it stands, if tiles can read it there, else a copy.
@inline(__always)
private func leftBlock<P: Prologue>(
    _ a: Operand, _ rows: Range<Int>, _ inner: Range<Int>, _ prologue: P.Type, _ copy: UnsafeMutablePointer<Float>
) -> TileOperand {
    if a.isTransposed {
        let step = Block.rows + 16
        copyBlock(
            a.floats + inner.lowerBound * a.step + rows.lowerBound, step: a.step, rows: inner.count,
            columns: rows.count,
            into: copy, step: step, prologue)
        return TileOperand(columns: copy, step: step)
    }
    let source = a.floats + rows.lowerBound * a.step + inner.lowerBound
    // Rows that many floats apart share so few places in the first cache that those of a tile displace the panel.
    let rowsCompete = a.step % (6144 / TileSize.rowsTogether) == 0
    if !P.changes && rows.count % TileSize.rows == 0 && !rowsCompete {
        return TileOperand(rows: source, step: a.step)
    }
    copyBlock(
        source, step: a.step, rows: rows.count, columns: inner.count, into: copy, step: Block.step, prologue)
    return TileOperand(rows: copy, step: Block.step)
}
