import Notebook

/// Sizes of the blocks that products are cut into, so that each lies in the cache that it is read from.
enum Block {
    /// Rows of the left operand: a block of it stays in the second cache.
    static let rows = 96
    /// Inner indices: a panel of the right operand takes half of the first cache.
    static let inner = 256
    /// Floats from row to row of a copied block: a whole number of cache lines, but of few powers of two.
    static let step = inner + 16
    /// The most rows and columns of aᵀ b that one task sums up.
    static let transposedRows = 192
    static let transposedColumns = 256
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
///   - finish: called with each block of rows once it is complete and still in the cache.
func multiply<P: Prologue>(
    _ a: Operand, through prologue: P.Type, _ b: Operand, start: TileStart = TileStart(),
    into c: UnsafeMutablePointer<Float>?,
    finish: (_ rows: Range<Int>, _ block: UnsafeMutablePointer<Float>) -> Void = { _, _ in }
) {
    let (m, n, k) = (a.rows, b.columns, a.columns)
    guard m > 0 && n > 0 else { return }
    let layout = PanelLayout(inner: k, columns: n)
    let packed = Tensor(uninitialized: [layout.floats])
    layout.packAll(b, into: packed.storage.floats)
    let leftFloats = max((Block.rows + TileSize.rows) * Block.step, Block.inner * (Block.rows + 16) + 16)
    let scratch = Scratch(floats: leftFloats + (c == nil ? Block.rows * n : 0))
    // As many rows a task as a block holds, or fewer where cores would have none or one of them more than others.
    let tiles = (m + TileSize.rows - 1) / TileSize.rows
    let blocks = (m + Block.rows - 1) / Block.rows
    let tasks = min(tiles, (blocks + Threads.count - 1) / Threads.count * Threads.count)
    parallel(tasks, mayStop: true) { task, worker in
        let rows = tiles * task / tasks * TileSize.rows..<min(m, tiles * (task + 1) / tasks * TileSize.rows)
        let block = c.map { $0 + rows.lowerBound * n } ?? scratch[worker] + leftFloats
        for first in stride(from: 0, to: max(k, 1), by: Block.inner) {
            let inner = min(Block.inner, k - first)
            let left = leftBlock(a, rows, first..<first + inner, prologue, scratch[worker])
            let begin =
                first == 0
                ? start.advanced(rows: rows.lowerBound, columns: 0)
                : TileStart(matrix: UnsafePointer(block), step: n)
            multiplyPanels(
                left, rows: rows.count, layout.panels(from: first, in: packed.storage.floats), inner: inner,
                start: begin, into: block, step: n)
        }
        finish(rows, block)
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
    let rowsCompete = a.step % 512 == 0
    if !P.changes && rows.count % TileSize.rows == 0 && !rowsCompete {
        return TileOperand(rows: source, step: a.step)
    }
    copyBlock(
        source, step: a.step, rows: rows.count, columns: inner.count, into: copy, step: Block.step, prologue)
    return TileOperand(rows: copy, step: Block.step)
}

/// c = aᵀ b on all cores, where both have many rows: the gradient of a weight.
///
/// Each task sums its part of the result over all rows in order, so the sums do not depend on the number of threads.
func multiplyTransposed<P: Prologue>(
    _ a: Operand, through prologue: P.Type, _ b: Operand, into c: UnsafeMutablePointer<Float>
) {
    let (m, rows, columns) = (a.rows, a.columns, b.columns)
    let (height, width) = evenPieces(rows: rows, columns: columns)
    let across = (columns + width - 1) / width
    let tasks = (rows + height - 1) / height * across
    let leftFloats = (Block.transposedRows / TileSize.rows + 1) * TileColumns.step
    let scratch = Scratch(floats: leftFloats + Block.inner * Block.transposedColumns)
    parallel(tasks, mayStop: true) { task, worker in
        let (top, leading) = (task / across * height, task % across * width)
        let (taskRows, taskColumns) = (min(height, rows - top), min(width, columns - leading))
        let (left, right) = (scratch[worker], scratch[worker] + leftFloats)
        let target = c + top * columns + leading
        for first in stride(from: 0, to: max(m, 1), by: Block.inner) {
            let inner = min(Block.inner, m - first)
            TileColumns.pack(
                a.floats + first * a.step + top, step: a.step, rows: inner, columns: taskRows, into: left, prologue)
            let layout = PanelLayout(inner: inner, columns: taskColumns)
            layout.packRows(of: b.floats + first * b.step + leading, step: b.step, into: right)
            let start = first == 0 ? TileStart() : TileStart(matrix: UnsafePointer(target), step: columns)
            multiplyPanels(
                TileOperand(columns: left, step: TileSize.rows, tileStep: TileColumns.step), rows: taskRows,
                layout.panels(in: right), inner: inner, start: start, into: target, step: columns)
        }
    }
    withExtendedLifetime(scratch) {}
}

/// The size of the pieces that aᵀ b is cut into: as large as the caches allow, but nearly equal and, where it can be, a
/// whole number of them for each core.
private func evenPieces(rows: Int, columns: Int) -> (height: Int, width: Int) {
    func parts(_ count: Int, _ size: Int) -> Int { max(1, (count + size - 1) / size) }
    var (down, across) = (parts(rows, Block.transposedRows), parts(columns, Block.transposedColumns))
    while down * across % Threads.count != 0 && down * across < 4 * Threads.count {
        if columns / across >= max(rows / down, 32) {
            across += 1
        } else if rows / down >= 32 {
            down += 1
        } else {
            break
        }
    }
    let (height, width) = (parts(rows, down), parts(columns, across))
    return (parts(height, TileSize.rows) * TileSize.rows, parts(width, TileSize.columns) * TileSize.columns)
}
