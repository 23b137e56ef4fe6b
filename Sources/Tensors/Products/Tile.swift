// The innermost loop of every matrix product: a block of the result stays in registers while the inner index runs. A tile
// is six rows by sixteen columns, twelve registers of AVX2. AVX-512 has twice as many of twice the size: four tiles, two
// above two, so that 24 sums hide the time that a multiply-add takes, and 14 loads feed 24 of them. Either comes to 95 %
// of what the processor can do, as long as the operands come from its first two caches.

internal import CProcessor

/// The shape of the piece of a product that fits the registers.
enum TileSize {
    static let rows = 6
    static let columns = 16
    /// How many tiles are worked on together, in each direction.
    static let together = Processor.hasWideRegisters ? 2 : 1
    static let rowsTogether = together * rows
    static let columnsTogether = together * columns
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

    /// Adds the product of six numbers, `step` apart, with a row of a panel.
    @inline(__always)
    fileprivate mutating func add(_ a: UnsafePointer<Float>, _ step: Int, _ b: Vector) {
        let lower = a + 3 &* step
        r0 = r0.addingProduct(Vector(repeating: a[0]), b)
        r1 = r1.addingProduct(Vector(repeating: a[step]), b)
        r2 = r2.addingProduct(Vector(repeating: a[2 &* step]), b)
        r3 = r3.addingProduct(Vector(repeating: lower[0]), b)
        r4 = r4.addingProduct(Vector(repeating: lower[step]), b)
        r5 = r5.addingProduct(Vector(repeating: lower[2 &* step]), b)
    }

    /// The same with rows of two panels, for this tile and the one beside it.
    @inline(__always)
    fileprivate mutating func add(
        _ a: UnsafePointer<Float>, _ step: Int, _ b: Vector, and right: inout Tile, _ c: Vector
    ) {
        let lower = a + 3 &* step
        let (x0, x1, x2) = (a[0], a[step], a[2 &* step])
        let (x3, x4, x5) = (lower[0], lower[step], lower[2 &* step])
        r0 = r0.addingProduct(Vector(repeating: x0), b)
        right.r0 = right.r0.addingProduct(Vector(repeating: x0), c)
        r1 = r1.addingProduct(Vector(repeating: x1), b)
        right.r1 = right.r1.addingProduct(Vector(repeating: x1), c)
        r2 = r2.addingProduct(Vector(repeating: x2), b)
        right.r2 = right.r2.addingProduct(Vector(repeating: x2), c)
        r3 = r3.addingProduct(Vector(repeating: x3), b)
        right.r3 = right.r3.addingProduct(Vector(repeating: x3), c)
        r4 = r4.addingProduct(Vector(repeating: x4), b)
        right.r4 = right.r4.addingProduct(Vector(repeating: x4), c)
        r5 = r5.addingProduct(Vector(repeating: x5), b)
        right.r5 = right.r5.addingProduct(Vector(repeating: x5), c)
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
                var sum = load(sums + row &* TileSize.columns)
                if columns == TileSize.columns {
                    if let first = start.row { sum += load(first) }
                    if let matrix = start.matrix { sum += load(matrix + row &* start.step) }
                    Tensors.store(sum, to: c + row &* step)
                } else {
                    if let first = start.row { sum += load(first, count: columns) }
                    if let matrix = start.matrix { sum += load(matrix + row &* start.step, count: columns) }
                    Tensors.store(sum, to: c + row &* step, count: columns)
                }
            }
        }
    }
}

/// A right operand as tiles read it: panels side by side, from one inner index on.
struct Panels {
    let vectors: UnsafePointer<Vector>
    /// Vectors from panel to panel.
    let step: Int
    let columns: Int

    @inline(__always)
    func advanced(by panels: Int) -> Panels {
        Panels(vectors: vectors + panels &* step, step: step, columns: columns &- panels &* TileSize.columns)
    }

    /// The first panels, with the zeros that fill the last one up.
    @inline(__always)
    func first(_ panels: Int) -> Panels { Panels(vectors: vectors, step: step, columns: panels &* TileSize.columns) }
}

/// c = start + a b for a block of rows.
///
/// Memory of the left operand must be readable up to a whole number of tiles.
@inline(never)
func multiplyPanels(
    _ a: TileOperand, rows: Int, _ panels: Panels, inner: Int, start: TileStart, into c: UnsafeMutablePointer<Float>,
    step: Int
) {
    let place = TilePlace(start: start, target: c, step: step)
    switch (a.isTransposed, Processor.hasWideRegisters) {
    case (true, _): multiplyPanels(a, rowStep: 1, innerStep: a.step, rows: rows, panels, inner: inner, place)
    case (false, true): multiplyPanels(a, rowStep: a.step, innerStep: 1, rows: rows, panels, inner: inner, place)
    case (false, false): multiplyRows(a, rows: rows, panels, inner: inner, place)
    }
}

/// The same for rows whose inner indices lie side by side, as code of its own, so that the compiler knows their step: it
/// finds them by offsets then, where adding one step to another takes as long as the multiply-adds. With AVX-512, which
/// adds twice as much at a time, it would use what it knows to keep more in registers than there are.
@inline(never)
private func multiplyRows(_ a: TileOperand, rows: Int, _ panels: Panels, inner: Int, _ place: TilePlace) {
    multiplyPanels(a, rowStep: a.step, innerStep: 1, rows: rows, panels, inner: inner, place)
}

/// Where a tile is written, and what is added to it.
private struct TilePlace {
    let start: TileStart
    let target: UnsafeMutablePointer<Float>
    let step: Int

    @inline(__always)
    func advanced(tiles: Int, panels: Int) -> TilePlace {
        let (rows, columns) = (tiles &* TileSize.rows, panels &* TileSize.columns)
        return TilePlace(
            start: start.advanced(rows: rows, columns: columns), target: target + (rows &* step &+ columns), step: step)
    }

    @inline(__always)
    func prefetch() {
        start.prefetch()
        for row in 0..<TileSize.rows { martlet_prefetch_to_write(target + row &* step) }
    }

    @inline(__always)
    func store(_ tile: Tile) { tile.store(to: target, step: step, start: start) }
}

@inline(__always)
private func multiplyPanels(
    _ a: TileOperand, rowStep: Int, innerStep: Int, rows: Int, _ panels: Panels, inner: Int, _ place: TilePlace
) {
    var (panels, column) = (panels, place)
    while panels.columns > 0 {
        let isWide = Processor.hasWideRegisters && panels.columns >= 2 * TileSize.columns
        let next = panels.advanced(by: isWide ? 2 : 1)
        var (left, place, rest) = (a.floats, column, rows)
        while rest > 0 {
            let isWhole = rest >= TileSize.rows && panels.columns >= TileSize.columns
            let isTall = Processor.hasWideRegisters && rest >= 2 * TileSize.rows
            // The last tiles of a panel fetch a quarter each of the next one.
            let quarter = 4 &- rest / TileSize.rowsTogether
            let ahead =
                quarter >= 0 && next.columns > 0 ? next.vectors + quarter &* inner / 4 : panels.vectors
            switch (isWhole, isWide, isTall) {
            case (true, true, true):
                multiplyTiles(
                    FourTiles.self, left, a.tileStep, rowStep, innerStep, panels, inner: inner, place, fetching: ahead)
            case (true, true, false):
                multiplyTiles(
                    TwoBeside.self, left, a.tileStep, rowStep, innerStep, panels, inner: inner, place, fetching: ahead)
            case (true, false, true):
                multiplyTiles(
                    TwoAbove.self, left, a.tileStep, rowStep, innerStep, panels, inner: inner, place, fetching: ahead)
            case (true, false, false):
                multiplyTiles(
                    OneTile.self, left, a.tileStep, rowStep, innerStep, panels, inner: inner, place, fetching: ahead)
            case (false, _, _):
                for panel in 0..<(isWide ? 2 : 1) {
                    let panels = panels.advanced(by: panel)
                    multiplyEdge(
                        left, rowStep, innerStep, panels, inner: inner, place.advanced(tiles: 0, panels: panel),
                        rows: min(TileSize.rows, rest), columns: min(TileSize.columns, panels.columns))
                }
            }
            let tiles = isWhole && isTall ? 2 : 1
            left += tiles &* a.tileStep
            place = place.advanced(tiles: tiles, panels: 0)
            rest &-= tiles &* TileSize.rows
        }
        panels = next
        column = column.advanced(tiles: 0, panels: isWide ? 2 : 1)
    }
}

@inline(__always)
private func multiplyTiles<G: TileGrouping>(
    _: G.Type, _ a: UnsafePointer<Float>, _ tileStep: Int, _ rowStep: Int, _ innerStep: Int, _ panels: Panels,
    inner: Int, _ place: TilePlace, fetching ahead: UnsafePointer<Vector>
) {
    var tiles = Tiles<G>()
    tiles.prefetch(place)
    tiles.add(a, tileStep, rowStep, innerStep, panels, inner: inner, fetching: ahead)
    tiles.store(to: place)
}

/// Which tiles are worked on together: a type, so that each has code of its own and its sums have registers.
private protocol TileGrouping {
    static var isWide: Bool { get }
    static var isTall: Bool { get }
}
private enum OneTile: TileGrouping {
    static var isWide: Bool { false }
    static var isTall: Bool { false }
}
private enum TwoBeside: TileGrouping {
    static var isWide: Bool { true }
    static var isTall: Bool { false }
}
private enum TwoAbove: TileGrouping {
    static var isWide: Bool { false }
    static var isTall: Bool { true }
}
private enum FourTiles: TileGrouping {
    static var isWide: Bool { true }
    static var isTall: Bool { true }
}

/// One tile, two side by side, two one above the other, or four.
private struct Tiles<G: TileGrouping> {
    private var above = Tile(), aboveRight = Tile(), below = Tile(), belowRight = Tile()

    @inline(__always)
    init() {}

    /// Four inner indices at a time: so few rounds that the processor foresees the last one.
    @inline(__always)
    mutating func add(
        _ a: UnsafePointer<Float>, _ tileStep: Int, _ rowStep: Int, _ innerStep: Int, _ panels: Panels, inner: Int,
        fetching ahead: UnsafePointer<Vector>
    ) {
        var (first, second, left, ahead) = (a, a + tileStep, inner, ahead)
        var (panel, right) = (panels.vectors, panels.vectors + panels.step)
        while left >= 4 {
            martlet_prefetch(ahead)
            if G.isWide { martlet_prefetch(ahead + panels.step) }
            ahead += 1
            add(first, second, rowStep, panel, right)
            add(first + innerStep, second + innerStep, rowStep, panel + 1, right + 1)
            add(first + 2 &* innerStep, second + 2 &* innerStep, rowStep, panel + 2, right + 2)
            add(first + 3 &* innerStep, second + 3 &* innerStep, rowStep, panel + 3, right + 3)
            first += 4 &* innerStep
            second += 4 &* innerStep
            panel += 4
            right += 4
            left &-= 4
        }
        while left > 0 {
            add(first, second, rowStep, panel, right)
            first += innerStep
            second += innerStep
            panel += 1
            right += 1
            left &-= 1
        }
    }

    @inline(__always)
    private mutating func add(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ rowStep: Int, _ panel: UnsafePointer<Vector>,
        _ right: UnsafePointer<Vector>
    ) {
        if G.isWide {
            let (b, c) = (panel[0], right[0])
            above.add(first, rowStep, b, and: &aboveRight, c)
            if G.isTall { below.add(second, rowStep, b, and: &belowRight, c) }
        } else {
            let b = panel[0]
            above.add(first, rowStep, b)
            if G.isTall { below.add(second, rowStep, b) }
        }
    }

    @inline(__always)
    func prefetch(_ place: TilePlace) {
        place.prefetch()
        if G.isWide { place.advanced(tiles: 0, panels: 1).prefetch() }
        if G.isTall { place.advanced(tiles: 1, panels: 0).prefetch() }
        if G.isWide && G.isTall { place.advanced(tiles: 1, panels: 1).prefetch() }
    }

    @inline(__always)
    func store(to place: TilePlace) {
        place.store(above)
        if G.isWide { place.advanced(tiles: 0, panels: 1).store(aboveRight) }
        if G.isTall { place.advanced(tiles: 1, panels: 0).store(below) }
        if G.isWide && G.isTall { place.advanced(tiles: 1, panels: 1).store(belowRight) }
    }
}

/// A tile at the edge of a result, which is not touched beyond it.
@inline(__always)
private func multiplyEdge(
    _ a: UnsafePointer<Float>, _ rowStep: Int, _ innerStep: Int, _ panels: Panels, inner: Int, _ place: TilePlace,
    rows: Int, columns: Int
) {
    var (tile, left) = (Tile(), a)
    for k in 0..<inner {
        tile.add(left, rowStep, panels.vectors[k])
        left += innerStep
    }
    tile.store(to: place.target, step: place.step, start: place.start, rows: rows, columns: columns)
}

/// Multiplies the same tiles over and over on every core: the fastest that a product could be.
///
/// - Returns: the number of multiply-adds.
package func multiplyRepeatedly(inner: Int, times: Int) -> Int {
    let (rows, columns) = (TileSize.rowsTogether, TileSize.columnsTogether)
    let (a, b) = (Tensor(ones: [rows, inner]), Tensor(ones: [inner, columns]))
    let results = Scratch(floats: rows * columns)
    let panels = Panels(vectors: UnsafePointer(b.storage.vectors), step: inner, columns: columns)
    let left = TileOperand(rows: a.storage.floats, step: inner)
    parallel(Threads.count) { _, worker in
        for _ in 0..<times {
            multiplyPanels(
                left, rows: rows, panels, inner: inner, start: TileStart(), into: results[worker], step: columns)
        }
    }
    withExtendedLifetime((a, b, results)) {}
    return Threads.count * times * rows * columns * inner
}
