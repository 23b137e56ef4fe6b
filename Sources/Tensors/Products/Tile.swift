// The innermost loop of every matrix product: six rows by sixteen columns of the result stay in registers while the
// inner index runs. Twelve registers of AVX2 or six of AVX-512, one load and six broadcasts for each six multiply-adds:
// 95 % of what the processor can do, as long as the operands come from its first two caches.

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

/// What a tile's sums start from: nothing, a row for all rows, a matrix, or both of the latter.
struct TileStart {
    var row: UnsafePointer<Float>?
    var matrix: UnsafePointer<Float>?
    var step = 0

    @inline(__always)
    func advanced(rows: Int, columns: Int) -> TileStart {
        TileStart(row: row.map { $0 + columns }, matrix: matrix.map { $0 + rows * step + columns }, step: step)
    }
}

/// Sums of products, six rows by sixteen columns.
struct Tile {
    private var r0 = Vector(repeating: 0), r1 = Vector(repeating: 0), r2 = Vector(repeating: 0)
    private var r3 = Vector(repeating: 0), r4 = Vector(repeating: 0), r5 = Vector(repeating: 0)

    @inline(__always)
    init() {}

    @inline(__always)
    init(_ start: TileStart) {
        if let row = start.row {
            let first = load(row)
            (r0, r1, r2, r3, r4, r5) = (first, first, first, first, first, first)
        }
        if let matrix = start.matrix {
            let step = start.step
            r0 += load(matrix)
            r1 += load(matrix + step)
            r2 += load(matrix + 2 &* step)
            r3 += load(matrix + 3 &* step)
            r4 += load(matrix + 4 &* step)
            r5 += load(matrix + 5 &* step)
        }
    }

    /// Adds the product of six rows with a panel: `inner` rows of sixteen columns, one after the other.
    @inline(__always)
    mutating func add(_ a: UnsafePointer<Float>, of operand: TileOperand, _ panel: UnsafePointer<Vector>, inner: Int) {
        if operand.isTransposed {
            add(a, rowStep: 1, innerStep: operand.step, panel, inner: inner)
        } else {
            add(a, rowStep: operand.step, innerStep: 1, panel, inner: inner)
        }
    }

    @inline(__always)
    private mutating func add(
        _ a: UnsafePointer<Float>, rowStep: Int, innerStep: Int, _ panel: UnsafePointer<Vector>, inner: Int
    ) {
        var (upper, lower, panel) = (a, a + 3 &* rowStep, panel)
        for _ in 0..<inner {
            let b = panel.pointee
            r0 = r0.addingProduct(Vector(repeating: upper[0]), b)
            r1 = r1.addingProduct(Vector(repeating: upper[rowStep]), b)
            r2 = r2.addingProduct(Vector(repeating: upper[2 &* rowStep]), b)
            r3 = r3.addingProduct(Vector(repeating: lower[0]), b)
            r4 = r4.addingProduct(Vector(repeating: lower[rowStep]), b)
            r5 = r5.addingProduct(Vector(repeating: lower[2 &* rowStep]), b)
            upper += innerStep
            lower += innerStep
            panel += 1
        }
    }

    @inline(__always)
    func store(to c: UnsafeMutablePointer<Float>, step: Int) {
        Tensors.store(r0, to: c)
        Tensors.store(r1, to: c + step)
        Tensors.store(r2, to: c + 2 &* step)
        Tensors.store(r3, to: c + 3 &* step)
        Tensors.store(r4, to: c + 4 &* step)
        Tensors.store(r5, to: c + 5 &* step)
    }

    @inline(__always)
    private subscript(row: Int) -> Vector {
        switch row {
        case 0: r0
        case 1: r1
        case 2: r2
        case 3: r3
        case 4: r4
        default: r5
        }
    }

    @inline(__always)
    func store(to c: UnsafeMutablePointer<Float>, step: Int, rows: Int, columns: Int) {
        for row in 0..<rows { Tensors.store(self[row], to: c + row * step, count: columns) }
    }

    /// The start of a tile at the edge of a result, which must not be read beyond it.
    @inline(__always)
    init(_ start: TileStart, rows: Int, columns: Int) {
        func value(_ row: Int) -> Vector {
            guard row < rows else { return Vector(repeating: 0) }
            let first = start.row.map { load($0, count: columns) } ?? Vector(repeating: 0)
            return start.matrix.map { first + load($0 + row * start.step, count: columns) } ?? first
        }
        (r0, r1, r2, r3, r4, r5) = (value(0), value(1), value(2), value(3), value(4), value(5))
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
    var row = 0
    var left = a.floats
    while row < rows {
        let begin = start.advanced(rows: row, columns: 0)
        let target = c + row * step
        if rows - row >= TileSize.rows && columns == TileSize.columns {
            var tile = Tile(begin)
            tile.add(left, of: a, panel, inner: inner)
            tile.store(to: target, step: step)
        } else {
            let height = min(TileSize.rows, rows - row)
            var tile = Tile(begin, rows: height, columns: columns)
            tile.add(left, of: a, panel, inner: inner)
            tile.store(to: target, step: step, rows: height, columns: columns)
        }
        row += TileSize.rows
        left += a.tileStep
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
