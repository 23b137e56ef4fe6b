// The innermost loop of every matrix product: six rows by sixteen columns of the result stay in registers while the
// inner index runs. Twelve registers of AVX2 or six of AVX-512, one load and six broadcasts for each six multiply-adds:
// 95 % of what the processor can do, as long as the operands come from its first two caches.

internal import CProcessor

/// The shape of the piece of a product that fits the registers.
enum TileSize {
    static let rows = 6
    static let columns = 16
}

/// Where the rows of a left operand are.
struct TileOperand {
    let floats: UnsafePointer<Float>
    /// From row to row, or from inner index to inner index if those are further apart; the other step is 1.
    let step: Int
    let isTransposed: Bool
    /// From the first row of a tile to that of the next.
    let tileStep: Int

    /// Rows whose inner indices lie side by side.
    @inline(__always)
    init(rows floats: UnsafePointer<Float>, step: Int) {
        (self.floats, self.step, isTransposed, tileStep) = (floats, step, false, TileSize.rows * step)
    }

    /// Columns as rows: the rows of one inner index lie side by side, all of them or those of one tile.
    @inline(__always)
    init(columns floats: UnsafePointer<Float>, step: Int, tileStep: Int = TileSize.rows) {
        (self.floats, self.step, isTransposed, self.tileStep) = (floats, step, true, tileStep)
    }
}

/// What a tile's sums are added to: nothing, a row for all rows, a matrix, or both of the latter.
///
/// They come last, so that the multiply-adds need not wait until they are read.
struct TileStart {
    var row: UnsafePointer<Float>?
    var matrix: UnsafePointer<Float>?
    var step = 0

    @inline(__always)
    func advanced(rows: Int, columns: Int) -> TileStart {
        TileStart(row: row.map { $0 + columns }, matrix: matrix.map { $0 + (rows &* step &+ columns) }, step: step)
    }

    /// Fetches what a tile will be added to while it is being computed.
    @inline(__always)
    func prefetch() {
        guard let matrix else { return }
        for row in 0..<TileSize.rows { martlet_prefetch(matrix + row &* step) }
    }
}

/// Sums of products, six rows by sixteen columns.
struct Tile {
    private var r0 = Vector(repeating: 0), r1 = Vector(repeating: 0), r2 = Vector(repeating: 0)
    private var r3 = Vector(repeating: 0), r4 = Vector(repeating: 0), r5 = Vector(repeating: 0)

    @inline(__always)
    init() {}

    /// Adds the product of six rows with a panel: `inner` rows of sixteen columns, one after the other.
    ///
    /// Four at a time: so few rounds that the processor foresees the last one.
    @inline(__always)
    mutating func add(
        _ a: UnsafePointer<Float>, rowStep: Int, innerStep: Int, _ panel: UnsafePointer<Vector>, inner: Int
    ) {
        var (upper, lower, panel, left) = (a, a + 3 &* rowStep, panel, inner)
        while left >= 4 {
            add(upper, lower, rowStep, panel[0])
            add(upper + innerStep, lower + innerStep, rowStep, panel[1])
            add(upper + 2 &* innerStep, lower + 2 &* innerStep, rowStep, panel[2])
            add(upper + 3 &* innerStep, lower + 3 &* innerStep, rowStep, panel[3])
            upper += 4 &* innerStep
            lower += 4 &* innerStep
            panel += 4
            left &-= 4
        }
        while left > 0 {
            add(upper, lower, rowStep, panel[0])
            upper += innerStep
            lower += innerStep
            panel += 1
            left &-= 1
        }
    }

    @inline(__always)
    private mutating func add(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ rowStep: Int, _ b: Vector
    ) {
        r0 = r0.addingProduct(Vector(repeating: upper[0]), b)
        r1 = r1.addingProduct(Vector(repeating: upper[rowStep]), b)
        r2 = r2.addingProduct(Vector(repeating: upper[2 &* rowStep]), b)
        r3 = r3.addingProduct(Vector(repeating: lower[0]), b)
        r4 = r4.addingProduct(Vector(repeating: lower[rowStep]), b)
        r5 = r5.addingProduct(Vector(repeating: lower[2 &* rowStep]), b)
    }

    /// Writes the sums, added to what they start from.
    @inline(__always)
    consuming func store(to c: UnsafeMutablePointer<Float>, step: Int, start: TileStart) {
        if let row = start.row {
            let first = load(row)
            r0 += first
            r1 += first
            r2 += first
            r3 += first
            r4 += first
            r5 += first
        }
        if let matrix = start.matrix {
            let from = start.step
            r0 += load(matrix)
            r1 += load(matrix + from)
            r2 += load(matrix + 2 &* from)
            r3 += load(matrix + 3 &* from)
            r4 += load(matrix + 4 &* from)
            r5 += load(matrix + 5 &* from)
        }
        Tensors.store(r0, to: c)
        Tensors.store(r1, to: c + step)
        Tensors.store(r2, to: c + 2 &* step)
        Tensors.store(r3, to: c + 3 &* step)
        Tensors.store(r4, to: c + 4 &* step)
        Tensors.store(r5, to: c + 5 &* step)
    }

    /// Writes the sums of a tile at the edge of a result, which is not touched beyond it.
    @inline(__always)
    func store(to c: UnsafeMutablePointer<Float>, step: Int, start: TileStart, rows: Int, columns: Int) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: TileSize.rows * TileSize.columns) { buffer in
            guard let sums = buffer.baseAddress else { return }
            store(to: sums, step: TileSize.columns, start: TileStart())
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = sums[row &* TileSize.columns &+ column]
                    if let first = start.row { sum += first[column] }
                    if let matrix = start.matrix { sum += matrix[row &* start.step &+ column] }
                    c[row &* step &+ column] = sum
                }
            }
        }
    }
}

/// c = start + a b for a block of rows and one panel of at most sixteen columns.
///
/// Memory of the left operand must be readable up to a whole number of tiles.
@inline(never)
func multiplyPanel(
    _ a: TileOperand, rows: Int, _ panel: UnsafePointer<Vector>, columns: Int, inner: Int, start: TileStart,
    into c: UnsafeMutablePointer<Float>, step: Int
) {
    if a.isTransposed {
        multiplyPanel(
            a, rowStep: 1, innerStep: a.step, rows: rows, panel, columns: columns, inner: inner, start: start, into: c,
            step: step)
    } else {
        multiplyPanel(
            a, rowStep: a.step, innerStep: 1, rows: rows, panel, columns: columns, inner: inner, start: start, into: c,
            step: step)
    }
}

@inline(__always)
private func multiplyPanel(
    _ a: TileOperand, rowStep: Int, innerStep: Int, rows: Int, _ panel: UnsafePointer<Vector>, columns: Int, inner: Int,
    start: TileStart, into c: UnsafeMutablePointer<Float>, step: Int
) {
    var (left, target, start, rest) = (a.floats, c, start, rows)
    while rest > 0 {
        let isWhole = rest >= TileSize.rows && columns == TileSize.columns
        if isWhole {
            start.prefetch()
            for row in 0..<TileSize.rows { martlet_prefetch_to_write(target + row &* step) }
        }
        var tile = Tile()
        tile.add(left, rowStep: rowStep, innerStep: innerStep, panel, inner: inner)
        if isWhole {
            tile.store(to: target, step: step, start: start)
        } else {
            tile.store(to: target, step: step, start: start, rows: min(TileSize.rows, rest), columns: columns)
        }
        left += a.tileStep
        target += TileSize.rows &* step
        start = start.advanced(rows: TileSize.rows, columns: 0)
        rest &-= TileSize.rows
    }
}

/// Multiplies one tile's rows with one panel over and over on every core: the fastest that a product could be.
package func multiplyAddsRepeatedly(_ a: Tensor, _ b: Tensor, times: Int) {
    let inner = a.shape[1]
    let panel = UnsafePointer(b.storage.vectors)
    let results = Tensor(uninitialized: [a.shape[0], TileSize.columns])
    let (from, to) = (a.storage.floats, results.storage.floats)
    parallel(a.shape[0] / TileSize.rows) { task, _ in
        let offset = task * TileSize.rows
        for _ in 0..<times {
            multiplyPanel(
                TileOperand(rows: from + offset * inner, step: inner), rows: TileSize.rows, panel,
                columns: TileSize.columns, inner: inner, start: TileStart(), into: to + offset * TileSize.columns,
                step: TileSize.columns)
        }
    }
    withExtendedLifetime((a, b, results)) {}
}
