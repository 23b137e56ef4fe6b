/// c = aᵀ b on all cores, where both have many rows: the gradient of a weight.
///
/// Some of the rows are packed, each once for all tasks, then every task adds their products to its part of the result;
/// it does so in order, so the sums do not depend on the number of threads.
func multiplyTransposed<P: Prologue>(
    _ a: Operand, through prologue: P.Type, _ b: Operand, into c: UnsafeMutablePointer<Float>
) {
    let (m, rows, columns) = (a.rows, a.columns, b.columns)
    let (height, width) = evenPieces(rows: rows, columns: columns)
    let across = (columns + width - 1) / width
    let tasks = (rows + height - 1) / height * across
    let packed = PackedRows(of: a, and: b)
    // Sums stand where their rows do not compete for a place in the cache, until they are complete.
    let scratch = Scratch(floats: Block.transposedRows * Block.transposedStep)
    for first in stride(from: 0, to: max(m, 1), by: Block.transposedInner) {
        let last = min(m, first + Block.transposedInner)
        packed.pack(first..<last, through: prologue)
        parallel(tasks, mayStop: true) { task, worker in
            let (top, leading) = (task / across * height, task % across * width)
            let taskColumns = leading..<min(columns, leading + width)
            let (sums, target) = (scratch[worker], c + (top * columns + leading))
            for row in stride(from: first, to: max(last, 1), by: Block.inner) {
                let start: TileStart =
                    row > first
                    ? TileStart(matrix: UnsafePointer(sums), step: Block.transposedStep)
                    : first > 0 ? TileStart(matrix: UnsafePointer(target), step: columns) : TileStart()
                let isLast = row + Block.inner >= last
                packed.multiply(
                    block: (row - first) / Block.inner, inner: min(Block.inner, last - row),
                    top..<min(rows, top + height), taskColumns, start: start, into: isLast ? target : sums,
                    step: isLast ? columns : Block.transposedStep)
            }
        }
    }
    withExtendedLifetime((packed, scratch)) {}
}

/// Rows of a and b as the tiles of aᵀ b read them, block after block of `Block.inner` rows.
private struct PackedRows {
    let a: Operand
    let b: Operand
    let storage: Tensor
    /// Floats of a block of a, and of b.
    let leftFloats: Int
    let rightFloats: Int

    init(of a: Operand, and b: Operand) {
        (self.a, self.b) = (a, b)
        leftFloats = (a.columns + TileSize.rows - 1) / TileSize.rows * TileColumns.step
        rightFloats = PanelLayout(inner: Block.inner, columns: b.columns).floats
        let blocks = (min(a.rows, Block.transposedInner) + Block.inner - 1) / Block.inner
        storage = Tensor(uninitialized: [max(1, blocks) * (leftFloats + rightFloats)])
    }

    private func left(_ block: Int) -> UnsafeMutablePointer<Float> {
        storage.storage.floats + block * (leftFloats + rightFloats)
    }

    private func right(_ block: Int) -> UnsafeMutablePointer<Float> { left(block) + leftFloats }

    /// Packs some rows on all cores.
    func pack<P: Prologue>(_ rows: Range<Int>, through prologue: P.Type) {
        func pieces(_ columns: Int) -> Int { (columns + Block.transposedPack - 1) / Block.transposedPack }
        let (ofA, ofB) = (pieces(a.columns), pieces(b.columns))
        let blocks = (rows.count + Block.inner - 1) / Block.inner
        let grain = max(1, 16384 / max(1, min(rows.count, Block.inner) * min(Block.transposedPack, a.columns)))
        parallelRanges(blocks * (ofA + ofB), grain: grain) { range in
            for piece in range {
                let (block, place) = (piece / (ofA + ofB), piece % (ofA + ofB))
                let first = rows.lowerBound + block * Block.inner
                let inner = min(Block.inner, rows.upperBound - first)
                if place < ofA {
                    let column = place * Block.transposedPack
                    TileColumns.pack(
                        a.floats + (first * a.step + column), step: a.step, rows: inner,
                        columns: min(Block.transposedPack, a.columns - column),
                        into: left(block) + column / TileSize.rows * TileColumns.step, prologue)
                } else {
                    let column = (place - ofA) * Block.transposedPack
                    let layout = PanelLayout(inner: inner, columns: min(Block.transposedPack, b.columns - column))
                    layout.packRows(
                        of: b.floats + (first * b.step + column), step: b.step,
                        into: right(block) + column * layout.step)
                }
            }
        }
    }

    /// c = start + a part of aᵀ b, summed over a block's rows.
    func multiply(
        block: Int, inner: Int, _ rows: Range<Int>, _ columns: Range<Int>, start: TileStart,
        into c: UnsafeMutablePointer<Float>, step: Int
    ) {
        let left = left(block) + rows.lowerBound / TileSize.rows * TileColumns.step
        multiplyPanels(
            TileOperand(columns: left, step: TileSize.rows, tileStep: TileColumns.step), rows: rows.count,
            PanelLayout(inner: inner, columns: b.columns).panels(from: 0, columns: columns, in: right(block)),
            inner: inner, start: start, into: c, step: step)
    }
}

/// The size of the pieces that aᵀ b is cut into: as large as the caches allow, but nearly equal and, where it can be, a
/// whole number of them for each core.
private func evenPieces(rows: Int, columns: Int) -> (height: Int, width: Int) {
    func parts(_ count: Int, _ size: Int) -> Int { max(1, (count + size - 1) / size) }
    var (down, across) = (parts(rows, Block.transposedRows), parts(columns, Block.transposedColumns))
    while down * across % Threads.count != 0 && down * across < 8 * Threads.count {
        if columns > rows && columns / across >= 32 {
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
