internal import CProcessor

/// One head's attention in one row of a batch.
struct AttentionHead {
    private let sizes: AttentionSizes
    private let queries: UnsafePointer<Float>
    private let keys: UnsafePointer<Float>
    private let values: UnsafePointer<Float>
    /// For each query the logarithm of the sum that its softmax divides by.
    private let normalizers: UnsafeMutablePointer<Float>
    private let inputStep: Int
    private let scale: Float

    init(
        _ sizes: AttentionSizes, unit: Int, from input: UnsafePointer<Float>, normalizers: UnsafeMutablePointer<Float>
    ) {
        self.sizes = sizes
        queries = input + sizes.inputOffset(unit)
        keys = queries + sizes.hidden
        values = keys + sizes.hidden
        self.normalizers = normalizers + unit * sizes.length
        inputStep = 3 * sizes.hidden
        scale = 1 / Float(sizes.width).squareRoot()
    }

    // MARK: Forward

    func forward(into output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
        let packedKeys = scratch
        let packedValues = packedKeys + sizes.keyLayout.floats
        let block = packedValues + sizes.valueLayout.floats
        let pattern = block + sizes.blockRows * sizes.queryStep
        let inverseSums = pattern + sizes.patternFloats
        packPanels(sizes.keyLayout, transposed: keys, step: inputStep, into: packedKeys)
        packPanels(sizes.valueLayout, values, step: inputStep, into: packedValues)
        var first = 0
        while first < sizes.length {
            let rows = min(sizes.blockRows, sizes.length - first)
            copyScaled(queries + first * inputStep, step: inputStep, rows: rows, into: block)
            scores(of: block, first: first, rows: rows, packedKeys, into: pattern)
            for row in 0..<rows {
                inverseSums[row] = exponentiateRow(pattern + row * sizes.patternStep, query: first + row)
            }
            let target = output + first * sizes.hidden
            multiplyRowsByPanels(
                pattern, first: first, rows: rows, sizes.valueLayout, packedValues, into: target, step: sizes.hidden)
            for row in 0..<rows { scaleRow(target + row * sizes.hidden, by: inverseSums[row]) }
            first += rows
        }
    }

    /// Products of a block of rows with all keys that the causal mask leaves, sixteen keys at a time.
    @inline(__always)
    private func scores(
        of block: UnsafePointer<Float>, first: Int, rows: Int, _ packed: UnsafePointer<Float>,
        into pattern: UnsafeMutablePointer<Float>
    ) {
        let panels = (first + rows + TileSize.columns - 1) / TileSize.columns
        let all = sizes.keyLayout.panels(in: packed)
        for panel in stride(from: 0, to: panels, by: TileSize.together) {
            // Rows before a panel's first key see none of it.
            let key = panel * TileSize.columns
            let start = max(0, (key - first) / TileSize.rows * TileSize.rows)
            multiplyPanels(
                TileOperand(rows: block + start * sizes.queryStep, step: sizes.queryStep),
                rows: (rows - start + 5) / 6 * 6,
                all.advanced(by: panel).first(min(TileSize.together, panels - panel)), inner: sizes.width,
                start: TileStart(), into: pattern + start * sizes.patternStep + key, step: sizes.patternStep)
        }
    }

    /// e^(score - greatest) of one query's scores; the logarithm of their sum is kept.
    ///
    /// - Returns: the inverse of the sum, which the query's output is still to be multiplied with.
    @inline(__always)
    private func exponentiateRow(_ row: UnsafeMutablePointer<Float>, query: Int) -> Float {
        let seen = query + 1
        let whole = seen & -16
        var top = Vector(repeating: -Float.greatestFiniteMagnitude)
        for i in stride(from: 0, to: whole, by: 16) {
            let x = load(row + i)
            top.replace(with: x, where: x .> top)
        }
        let isSeen = laneNumbers .< Float(seen - whole)
        let last = Vector(repeating: -Float.greatestFiniteMagnitude).replacing(with: load(row + whole), where: isSeen)
        top.replace(with: last, where: last .> top)
        let greatest = horizontalMax(top)
        var sums = Vector(repeating: 0)
        for i in stride(from: 0, to: whole, by: 16) {
            let e = decayingExponential(load(row + i) - greatest)
            sums += e
            store(e, to: row + i)
        }
        let e = Vector(repeating: 0).replacing(with: decayingExponential(last - greatest), where: isSeen)
        store(e, to: row + whole)
        let total = horizontalSum(sums + e)
        normalizers[query] = greatest + logarithm(Vector(repeating: total))[0]
        return 1 / total
    }

    /// A block of patterns, or of their gradients, times values or keys; each tile stops at its last row's diagonal.
    @inline(__always)
    private func multiplyRowsByPanels(
        _ pattern: UnsafeMutablePointer<Float>, first: Int, rows: Int, _ layout: PanelLayout,
        _ packed: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, step: Int
    ) {
        let tileRows = TileSize.rowsTogether
        for row in stride(from: 0, to: rows, by: tileRows) {
            let height = min(tileRows, rows - row)
            let seen = first + row + height
            // Rows of a tile that see fewer keys than its last one: zeros up to there.
            for r in row..<row + height {
                let p = pattern + r * sizes.patternStep
                for i in stride(from: (first + r) / 16 * 16 + 16, to: seen, by: 16) {
                    store(Vector(repeating: 0), to: p + i)
                }
            }
            multiplyPanels(
                TileOperand(rows: pattern + row * sizes.patternStep, step: sizes.patternStep), rows: height,
                layout.panels(in: packed), inner: seen, start: TileStart(), into: output + row * step, step: step)
        }
    }

    // MARK: Backward

    func backward(
        incoming: UnsafePointer<Float>, output: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (width, hidden, length) = (sizes.width, sizes.hidden, sizes.length)
        let blockLayout = PanelLayout(inner: sizes.blockRows, columns: width)
        let packedKeys = scratch  // for q kᵀ
        let packedValues = packedKeys + sizes.keyLayout.floats  // for dy vᵀ
        let keyRows = packedValues + sizes.keyLayout.floats  // for ds k
        let block = keyRows + sizes.valueLayout.floats
        let incomingBlock = block + sizes.blockRows * sizes.queryStep
        let packedQueries = incomingBlock + sizes.blockRows * sizes.queryStep  // for dsᵀ q
        let packedIncoming = packedQueries + blockLayout.floats  // for pᵀ dy
        let pattern = packedIncoming + blockLayout.floats
        let slopes = pattern + sizes.patternFloats
        let (dq, dk, dv) = (result, result + hidden, result + 2 * hidden)

        packPanels(sizes.keyLayout, transposed: keys, step: inputStep, into: packedKeys)
        packPanels(sizes.keyLayout, transposed: values, step: inputStep, into: packedValues)
        packPanels(sizes.valueLayout, keys, step: inputStep, into: keyRows)
        var first = 0
        while first < length {
            let rows = min(sizes.blockRows, length - first)
            copyScaled(queries + first * inputStep, step: inputStep, rows: rows, into: block)
            copyBlock(
                incoming + first * hidden, step: hidden, rows: rows, columns: width, into: incomingBlock,
                step: sizes.queryStep, Unchanged.self)
            for row in first..<first + rows {
                for i in stride(from: 0, to: width, by: 16) { martlet_prefetch(output + row * hidden + i) }
            }
            scores(of: block, first: first, rows: rows, packedKeys, into: pattern)
            scores(of: incomingBlock, first: first, rows: rows, packedValues, into: slopes)
            for row in 0..<rows {
                let offset = (first + row) * hidden
                patternGradientRow(
                    pattern + row * sizes.patternStep, slopes + row * sizes.patternStep, query: first + row,
                    toward: dotProduct(incoming + offset, output + offset, width))
            }
            multiplyRowsByPanels(
                slopes, first: first, rows: rows, sizes.valueLayout, keyRows, into: dq + first * inputStep,
                step: inputStep)
            let blockLayout = PanelLayout(inner: rows, columns: width)
            packPanels(blockLayout, block, step: sizes.queryStep, into: packedQueries)
            packPanels(blockLayout, incomingBlock, step: sizes.queryStep, into: packedIncoming)
            addTransposed(slopes, first: first, rows: rows, blockLayout, packedQueries, into: dk)
            addTransposed(pattern, first: first, rows: rows, blockLayout, packedIncoming, into: dv)
            first += rows
        }
        // Queries were scaled before they met keys, and their gradient is still to be.
        for row in 0..<length { scaleRow(dq + row * inputStep, by: scale) }
    }

    /// The pattern p of one query from its scores, and ds = p (dp - Σ p dp) from dp.
    @inline(__always)
    private func patternGradientRow(
        _ scores: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, query: Int, toward mean: Float
    ) {
        let normalizer = normalizers[query]
        let seen = query + 1
        let whole = seen & -16
        for i in stride(from: 0, to: whole, by: 16) {
            let p = decayingExponential(load(scores + i) - normalizer)
            store(p, to: scores + i)
            store(p * (load(slopes + i) - mean), to: slopes + i)
        }
        guard whole < seen else { return }
        let isSeen = laneNumbers .< Float(seen - whole)
        let p = Vector(repeating: 0).replacing(
            with: decayingExponential(load(scores + whole) - normalizer), where: isSeen)
        let ds = Vector(repeating: 0).replacing(with: p * (load(slopes + whole) - mean), where: isSeen)
        store(p, to: scores + whole)
        store(ds, to: slopes + whole)
    }

    /// Adds the transpose of a block of patterns, times rows of queries or gradients, to keys' or values' gradient.
    @inline(__always)
    private func addTransposed(
        _ pattern: UnsafeMutablePointer<Float>, first: Int, rows: Int, _ layout: PanelLayout,
        _ packed: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
    ) {
        let visible = first + rows
        // What a row does not see must be zero in the part of its tile that is read.
        for row in 0..<rows {
            let p = pattern + row * sizes.patternStep
            for i in stride(from: (first + row) / 16 * 16 + 16, to: (visible + 15) / 16 * 16 + 16, by: 16)
            where i < sizes.patternStep {
                store(Vector(repeating: 0), to: p + i)
            }
        }
        let tileRows = TileSize.rowsTogether
        for key in stride(from: 0, to: visible, by: tileRows) {
            let height = min(tileRows, visible - key)
            let skipped = max(0, key - first)  // queries before the tile's first key see none of it
            let target = output + key * inputStep
            multiplyPanels(
                TileOperand(columns: pattern + skipped * sizes.patternStep + key, step: sizes.patternStep),
                rows: height, layout.panels(from: skipped, in: packed), inner: rows - skipped,
                start: key >= first ? TileStart() : TileStart(matrix: UnsafePointer(target), step: inputStep),
                into: target, step: inputStep)
        }
    }

    // MARK: Rows

    @inline(__always)
    private func packPanels(
        _ layout: PanelLayout, _ source: UnsafePointer<Float>, step: Int, into packed: UnsafeMutablePointer<Float>
    ) {
        layout.packRows(of: source, step: step, into: packed)
    }

    @inline(__always)
    private func packPanels(
        _ layout: PanelLayout, transposed source: UnsafePointer<Float>, step: Int,
        into packed: UnsafeMutablePointer<Float>
    ) {
        for panel in 0..<layout.panels { layout.pack(panel, ofTransposed: source, step: step, into: packed) }
    }

    @inline(__always)
    private func copyScaled(
        _ source: UnsafePointer<Float>, step: Int, rows: Int, into target: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let (from, to) = (source + row * step, target + row * sizes.queryStep)
            var i = 0
            while i + 16 <= sizes.width {
                store(load(from + i) * scale, to: to + i)
                i += 16
            }
            while i < sizes.width {
                to[i] = from[i] * scale
                i += 1
            }
        }
    }

    @inline(__always)
    private func scaleRow(_ row: UnsafeMutablePointer<Float>, by scale: Float) {
        var i = 0
        while i + 16 <= sizes.width {
            store(load(row + i) * scale, to: row + i)
            i += 16
        }
        while i < sizes.width {
            row[i] *= scale
            i += 1
        }
    }
}

/// 0, 1, 2, ... 15.
@inline(__always)
private var laneNumbers: Vector { Vector(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }
