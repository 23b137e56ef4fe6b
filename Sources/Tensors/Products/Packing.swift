internal import CProcessor

/// How many rows ahead of the one that is read memory is asked for the next: rows that are far apart are not foreseen
/// by the processor.
let rowsAhead = 6

/// A right operand in the order in which tiles read it: panels of sixteen columns, each row after row, filled up with
/// zeros.
struct PanelLayout {
    let inner: Int
    let columns: Int

    var panels: Int { (columns + TileSize.columns - 1) / TileSize.columns }
    /// Rows from panel to panel: an odd number, so that panels do not compete for a place in the cache.
    var step: Int { inner | 1 }
    var floats: Int { panels * step * TileSize.columns }

    @inline(__always)
    func width(of panel: Int) -> Int { min(TileSize.columns, columns - panel * TileSize.columns) }

    /// All panels, from the given inner index on.
    @inline(__always)
    func panels(from row: Int = 0, in packed: UnsafePointer<Float>) -> Panels {
        panels(from: row, columns: 0..<columns, in: packed)
    }

    /// The panels of some columns, which begin with a panel, from the given inner index on.
    @inline(__always)
    func panels(from row: Int, columns: Range<Int>, in packed: UnsafePointer<Float>) -> Panels {
        let first = packed + (columns.lowerBound * step + row * TileSize.columns)
        return Panels(
            vectors: UnsafeRawPointer(first).assumingMemoryBound(to: Vector.self), step: step, columns: columns.count)
    }

    @inline(__always)
    private func row(_ row: Int, of panel: Int, in packed: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float> {
        packed + (panel * step + row) * TileSize.columns
    }

    /// Packs one panel of a matrix whose rows are `step` apart.
    @inline(__always)
    func pack(_ panel: Int, of b: UnsafePointer<Float>, step: Int, into packed: UnsafeMutablePointer<Float>) {
        let source = b + panel * TileSize.columns
        let width = width(of: panel)
        if width == TileSize.columns {
            for k in 0..<inner { store(load(source + k * step), to: row(k, of: panel, in: packed)) }
        } else {
            for k in 0..<inner { store(load(source + k * step, count: width), to: row(k, of: panel, in: packed)) }
        }
    }

    /// Packs all panels row by row, in the order in which the matrix lies in memory.
    @inline(__always)
    func packRows(of b: UnsafePointer<Float>, step rowStep: Int, into packed: UnsafeMutablePointer<Float>) {
        let whole = columns / TileSize.columns
        for k in 0..<inner {
            var (from, to) = (b + k * rowStep, packed + k * TileSize.columns)
            let ahead = min(rowsAhead, inner - 1 - k) * rowStep
            for _ in 0..<whole {
                martlet_prefetch(from + ahead)
                store(load(from), to: to)
                from += TileSize.columns
                to += step * TileSize.columns
            }
            if whole < panels { store(load(from, count: width(of: whole)), to: to) }
        }
    }

    /// Packs one panel of the transpose of a matrix: its columns are rows, `step` apart, of the matrix.
    @inline(__always)
    func pack(_ panel: Int, ofTransposed b: UnsafePointer<Float>, step: Int, into packed: UnsafeMutablePointer<Float>) {
        let width = width(of: panel)
        let source = b + panel * TileSize.columns * step
        let target = row(0, of: panel, in: packed)
        if width < TileSize.columns { target.update(repeating: 0, count: inner * TileSize.columns) }
        if panel + 1 < panels {
            for column in TileSize.columns..<2 * TileSize.columns {
                for k in stride(from: 0, to: min(inner, 64), by: 16) { martlet_prefetch(source + column * step + k) }
            }
        }
        var k = 0
        while k + 16 <= inner && width == TileSize.columns {
            transposeBlock(source + k, step: step, into: target + k * TileSize.columns)
            k += 16
        }
        while k < inner {
            for column in 0..<width { target[k * TileSize.columns + column] = source[column * step + k] }
            k += 1
        }
    }

    /// Packs a whole matrix on all cores.
    func packAll(_ b: Operand, into packed: UnsafeMutablePointer<Float>) {
        parallelRanges(panels, grain: max(1, 8192 / max(1, inner * TileSize.columns))) { range in
            for panel in range { pack(panel, of: b, into: packed) }
        }
    }

    @inline(__always)
    func pack(_ panel: Int, of b: Operand, into packed: UnsafeMutablePointer<Float>) {
        if b.isTransposed {
            pack(panel, ofTransposed: b.floats, step: b.step, into: packed)
        } else {
            pack(panel, of: b.floats, step: b.step, into: packed)
        }
    }
}

/// A left operand whose columns are the rows of tiles: six columns after the other, so that a tile reads few lines of
/// the cache.
enum TileColumns {
    /// From one six columns to the next: what is written beyond the last row falls between them.
    static let step = Block.inner * TileSize.rows + 16

    @inline(__always)
    static func pack<P: Prologue>(
        _ source: UnsafePointer<Float>, step: Int, rows: Int, columns: Int, into packed: UnsafeMutablePointer<Float>,
        _: P.Type
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Block.transposedPack + 16) { buffer in
            guard let line = buffer.baseAddress else { return }
            // Eight floats are moved for six; the copy can be read beyond its end, the source cannot.
            let lastSix = (columns - 1) / TileSize.rows * TileSize.rows
            let readable = (rows - 1) * step + columns - lastSix - 8
            for row in 0..<rows {
                let ahead = source + min(row + rowsAhead, rows - 1) * step
                for i in stride(from: 0, to: columns, by: 16) { martlet_prefetch(ahead + i) }
                let mustCopy = P.changes || row * step > readable
                if mustCopy {
                    copyBlock(source + row * step, step: 0, rows: 1, columns: columns, into: line, step: 0, P.self)
                }
                var from = mustCopy ? UnsafePointer(line) : source + row * step
                var to = packed + row * TileSize.rows
                for _ in 0..<(columns + TileSize.rows - 1) / TileSize.rows {
                    let six = UnsafeRawPointer(from).loadUnaligned(as: SIMD8<Float>.self)
                    UnsafeMutableRawPointer(to).storeBytes(of: six, as: SIMD8<Float>.self)
                    from += TileSize.rows
                    to += Self.step
                }
            }
        }
    }
}

/// Writes the transpose of sixteen rows of sixteen floats, by exchanging ever smaller halves of pairs of rows.
@inline(__always)
private func transposeBlock(_ source: UnsafePointer<Float>, step: Int, into target: UnsafeMutablePointer<Float>) {
    for quarter in 0..<4 {
        let rows = source + quarter * 4 * step
        for k in stride(from: 0, to: 16, by: 4) {
            let (a, b) = (load4(rows + k), load4(rows + step + k))
            let (c, d) = (load4(rows + 2 &* step + k), load4(rows + 3 &* step + k))
            let (ab0, ab1) = (SIMD4(a.x, b.x, a.y, b.y), SIMD4(a.z, b.z, a.w, b.w))
            let (cd0, cd1) = (SIMD4(c.x, d.x, c.y, d.y), SIMD4(c.z, d.z, c.w, d.w))
            let to = target + k * 16 + quarter * 4
            store4(SIMD4(lowHalf: ab0.lowHalf, highHalf: cd0.lowHalf), to: to)
            store4(SIMD4(lowHalf: ab0.highHalf, highHalf: cd0.highHalf), to: to + 16)
            store4(SIMD4(lowHalf: ab1.lowHalf, highHalf: cd1.lowHalf), to: to + 32)
            store4(SIMD4(lowHalf: ab1.highHalf, highHalf: cd1.highHalf), to: to + 48)
        }
    }
}

@inline(__always)
private func load4(_ pointer: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
}

@inline(__always)
private func store4(_ vector: SIMD4<Float>, to pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: SIMD4<Float>.self)
}
