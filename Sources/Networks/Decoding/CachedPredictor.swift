import Notebook
import Tensors

/// Continues texts with a transformer's keys and values kept: each weight is read once a step, for all texts together.
///
/// A step takes rows, each a token of one text at one position; a prompt is many rows of one text, a batch one row of
/// each of many. Texts of different lengths need no padding.
package struct CachedPredictor: TokenPredictor {
    package let plan: TransformerPlan
    private let scratch: Scratch
    /// The most rows of a step: what a prompt is cut into.
    private static let rowsAtOnce = 64

    package init(_ plan: TransformerPlan) {
        self.plan = plan
        scratch = Scratch(plan)
    }

    package var vocabulary: Int { plan.vocabulary }
    package var context: Int { plan.context }
    package func begin() -> KeyValueCache { KeyValueCache(plan.cacheLayout) }
    package func length(of text: KeyValueCache) -> Int { text.count }

    package mutating func read(_ tokens: [[Int32]], into texts: inout [KeyValueCache]) -> UnsafeMutableBufferPointer<
        Float
    > {
        scratch.reserveLogits(rows: texts.count, step: plan.head.outputStep)
        var rows: [Row] = []
        for (text, more) in tokens.enumerated() {
            let start = texts[text].count
            texts[text].grow(by: more.count)
            for (index, token) in more.enumerated() {
                rows.append(
                    Row(text: text, position: start + index, token: token, isLast: index == more.count - 1))
                if rows.count == Self.rowsAtOnce {
                    step(rows, texts)
                    rows.removeAll(keepingCapacity: true)
                }
            }
        }
        if !rows.isEmpty { step(rows, texts) }
        return scratch.logits(rows: texts.count, vocabulary: vocabulary, step: plan.head.outputStep)
    }

    private struct Row {
        let text: Int
        let position: Int
        let token: Int32
        let isLast: Bool
    }

    private func step(_ rows: [Row], _ texts: [KeyValueCache]) {
        Interruption.check()
        let pages = texts.map(\.pageStarts)
        let hidden = plan.hidden
        scratch.reserve(rows: rows.count)
        let (x, normalized) = (scratch.stream.floats, scratch.normalized.floats)
        for (index, row) in rows.enumerated() { embed(row, into: x + index * hidden) }
        for (layer, block) in plan.blocks.enumerated() {
            normalize(x, by: block.attentionNorm, rows: rows.count, into: normalized)
            let queryKeyValue = scratch.queryKeyValue.floats
            let step = block.queryKeyValue.outputStep
            apply(block.queryKeyValue, to: normalized, hidden, rows.count) { row, panel, y in
                store(y, to: queryKeyValue + (row &* step &+ panel &* 16))
            }
            for (index, row) in rows.enumerated() {
                remember(queryKeyValue + index * step, at: row.position, layer: layer, in: pages[row.text])
            }
            attend(rows, layer: layer, window: block.window, pages: pages, step: step)
            addProduct(block.output, of: scratch.attended.floats, scratch.attendedStep, rows.count, to: x)
            normalize(x, by: block.feedForwardNorm, rows: rows.count, into: normalized)
            feedForward(block.feedForward, rows.count, to: x)
        }
        let last = rows.filter(\.isLast)
        guard !last.isEmpty else { return }
        var kept = 0
        for (index, row) in rows.enumerated() where row.isLast {
            normalize(x + index * hidden, by: plan.norm, rows: 1, into: normalized + kept * hidden)
            kept += 1
        }
        let (logits, headStep) = (scratch.logits.floats, plan.head.outputStep)
        apply(plan.head, to: normalized, hidden, kept) { row, panel, y in
            store(y, to: logits + (last[row].text &* headStep &+ panel &* 16))
        }
    }

    private func embed(_ row: Row, into x: UnsafeMutablePointer<Float>) {
        let hidden = plan.hidden
        x.update(from: plan.tokens.storage.floats + Int(row.token) * hidden, count: hidden)
        guard let positions = plan.positions else { return }
        let place = positions.storage.floats + row.position * hidden
        for i in 0..<hidden { x[i] += place[i] }
    }

    private func normalize(
        _ x: UnsafePointer<Float>, by norm: TransformerPlan.Norm, rows: Int, into result: UnsafeMutablePointer<Float>
    ) {
        let (gain, bias, width) = (norm.gain.storage.floats, norm.bias?.storage.floats, plan.hidden)
        for row in 0..<rows {
            let source = x + row * width
            let (mean, scale) = rowStatistics(source, width, norm.epsilon, centres: bias != nil)
            normalizeRow(source, width, mean: mean, scale: scale, gain: gain, bias: bias, into: result + row * width)
        }
    }

    @inline(__always)
    private func apply(
        _ matrix: PackedMatrix, to x: UnsafePointer<Float>, _ step: Int, _ rows: Int,
        finish: (_ row: Int, _ panel: Int, _ outputs: Vector) -> Void
    ) {
        PackedMatrix.inParallel(panels: matrix.panels, inputs: matrix.inputs, rows: rows) { panels in
            matrix.multiply(x, step: step, rows: rows, panels: panels, finish: finish)
        }
    }

    /// x += y W + b, for the residual stream.
    private func addProduct(
        _ matrix: PackedMatrix, of y: UnsafePointer<Float>, _ step: Int, _ rows: Int, to x: UnsafeMutablePointer<Float>
    ) {
        let hidden = plan.hidden
        apply(matrix, to: y, step, rows) { row, panel, sum in
            let to = x + (row &* hidden &+ panel &* 16)
            let lanes = hidden &- panel &* 16
            if lanes >= 16 {
                store(load(to) + sum, to: to)
            } else {
                store(load(to, count: lanes) + sum, to: to, count: lanes)
            }
        }
    }

    private func feedForward(_ layer: TransformerPlan.FeedForward, _ rows: Int, to x: UnsafeMutablePointer<Float>) {
        let (normalized, neurons) = (scratch.normalized.floats, scratch.neurons.floats)
        switch layer {
        case .gelu(let up, let down):
            let step = up.outputStep
            apply(up, to: normalized, plan.hidden, rows) { row, panel, y in
                store(Kernel.GELU.value(y), to: neurons + (row &* step &+ panel &* 16))
            }
            addProduct(down, of: neurons, step, rows, to: x)
        case .swiGLU(let gate, let up, let down):
            let step = up.outputStep
            PackedMatrix.inParallel(panels: up.panels, inputs: up.inputs * 2, rows: rows) { panels in
                gate.multiply(normalized, step: plan.hidden, rows: rows, panels: panels) { row, panel, y in
                    store(Kernel.SiLU.value(y), to: neurons + (row &* step &+ panel &* 16))
                }
                up.multiply(normalized, step: plan.hidden, rows: rows, panels: panels) { row, panel, y in
                    let to = neurons + (row &* step &+ panel &* 16)
                    store(load(to) * y, to: to)
                }
            }
            addProduct(down, of: neurons, step, rows, to: x)
        }
    }

    /// Turns a row's queries and keys by its position, and puts keys and values into the cache.
    private func remember(
        _ row: UnsafeMutablePointer<Float>, at position: Int, layer: Int, in pages: [UnsafeMutablePointer<Float>]
    ) {
        let (layout, width) = (plan.cacheLayout, plan.headWidth)
        let keys = row + plan.heads * width
        let values = keys + layout.heads * width
        if let rotary = plan.rotary {
            for head in 0..<plan.heads + layout.heads { rotary.turn(row + head * width, at: position) }
        }
        let (page, lane) = (pages[position / 16] + layer * layout.layerSize, position % 16)
        for head in 0..<layout.heads {
            let place = page + head * layout.headSize
            for i in 0..<width { place[i * 16 + lane] = keys[head * width + i] }
            let value = place + width * 16 + lane * layout.valueStep
            for i in 0..<width { value[i] = values[head * width + i] }
        }
    }

    /// softmax(q kᵀ · scale) v of every head of every row.
    private func attend(
        _ rows: [Row], layer: Int, window: Int?, pages: [[UnsafeMutablePointer<Float>]], step: Int
    ) {
        let (heads, width, layout) = (plan.heads, plan.headWidth, plan.cacheLayout)
        let group = heads / layout.heads
        let (queries, attended, attendedStep) = (
            scratch.queryKeyValue.floats, scratch.attended.floats, scratch.attendedStep
        )
        let longest = (rows.map(\.position).max() ?? 0) + 1
        parallelRanges(rows.count * heads, grain: max(1, 65536 / (longest * width))) { range in
            withUnsafeTemporaryAllocation(of: Vector.self, capacity: vectorCount(longest)) { scores in
                for task in range {
                    let (index, head) = (task / heads, task % heads)
                    let row = rows[index]
                    let offset = layer * layout.layerSize + head / group * layout.headSize
                    attendOneHead(
                        query: queries + index * step + head * width, scale: plan.attentionScale, width: width,
                        valueStep: layout.valueStep, from: window.map { max(0, row.position + 1 - $0) } ?? 0,
                        through: row.position, pages: pages[row.text], offset: offset,
                        scores: scores.baseAddress.unsafelyUnwrapped,
                        into: attended + index * attendedStep + head * width)
                }
            }
        }
    }
}

private func attendOneHead(
    query: UnsafePointer<Float>, scale: Float, width: Int, valueStep: Int, from first: Int, through last: Int,
    pages: [UnsafeMutablePointer<Float>], offset: Int, scores: UnsafeMutablePointer<Vector>,
    into result: UnsafeMutablePointer<Float>
) {
    let (firstPage, lastPage) = (first / 16, last / 16)
    let lanes = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    var greatest = Vector(repeating: -.infinity)
    for page in firstPage...lastPage {
        let keys = UnsafeRawPointer(pages[page] + offset).assumingMemoryBound(to: Vector.self)
        var (a, b) = (Vector(repeating: 0), Vector(repeating: 0))
        var i = 0
        while i &+ 2 <= width {
            a = a.addingProduct(keys[i], Vector(repeating: query[i]))
            b = b.addingProduct(keys[i &+ 1], Vector(repeating: query[i &+ 1]))
            i &+= 2
        }
        if i < width { a = a.addingProduct(keys[i], Vector(repeating: query[i])) }
        var score = (a + b) * scale
        if page == firstPage || page == lastPage {
            let positions = lanes &+ Int32(page * 16)
            score.replace(with: -.infinity, where: (positions .< Int32(first)) .| (positions .> Int32(last)))
        }
        scores[page] = score
        greatest.replace(with: score, where: score .> greatest)
    }
    let shift = Vector(repeating: horizontalMax(greatest))
    var sums = Vector(repeating: 0)
    for page in firstPage...lastPage {
        let weight = exponential(scores[page] - shift)
        scores[page] = weight
        sums += weight
    }
    let weights = UnsafeRawPointer(scores).assumingMemoryBound(to: Float.self)
    let inverse = 1 / horizontalSum(sums)
    var part = 0
    while part < width {
        if part &+ 64 <= width {
            var (a, b, c, d) = (
                Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0)
            )
            for page in firstPage...lastPage {
                var value = UnsafePointer(pages[page] + (offset &+ width &* 16 &+ part))
                for position in max(page &* 16, first)...min(page &* 16 &+ 15, last) {
                    if position == max(page &* 16, first) { value += (position & 15) &* valueStep }
                    let weight = Vector(repeating: weights[position])
                    a = a.addingProduct(load(value), weight)
                    b = b.addingProduct(load(value + 16), weight)
                    c = c.addingProduct(load(value + 32), weight)
                    d = d.addingProduct(load(value + 48), weight)
                    value += valueStep
                }
            }
            store(a * inverse, to: result + part)
            store(b * inverse, to: result + (part &+ 16))
            store(c * inverse, to: result + (part &+ 32))
            store(d * inverse, to: result + (part &+ 48))
            part &+= 64
        } else {
            var (a, b) = (Vector(repeating: 0), Vector(repeating: 0))
            for position in first...last {
                let value = pages[position / 16] + (offset &+ width &* 16 &+ part &+ (position & 15) &* valueStep)
                if position & 1 == 0 {
                    a = a.addingProduct(load(value), Vector(repeating: weights[position]))
                } else {
                    b = b.addingProduct(load(value), Vector(repeating: weights[position]))
                }
            }
            let sum = (a + b) * inverse
            if part &+ 16 <= width {
                store(sum, to: result + part)
            } else {
                store(sum, to: result + part, count: width - part)
            }
            part &+= 16
        }
    }
}

/// Memory that steps share.
private final class Scratch {
    private let plan: TransformerPlan
    private var rows = 0
    private var logitRows = 0
    var stream = Storage.allocated(0), normalized = Storage.allocated(0), queryKeyValue = Storage.allocated(0)
    var attended = Storage.allocated(0), neurons = Storage.allocated(0), logits = Storage.allocated(0)
    private var compactLogits: [Float] = []

    init(_ plan: TransformerPlan) { self.plan = plan }

    var attendedStep: Int { plan.heads * plan.headWidth }

    func reserve(rows: Int) {
        guard rows > self.rows else { return }
        self.rows = rows
        stream = Storage.allocated(rows * plan.hidden)
        normalized = Storage.allocated(rows * plan.hidden)
        queryKeyValue = Storage.allocated(rows * (plan.blocks.first?.queryKeyValue.outputStep ?? 0))
        attended = Storage.allocated(rows * attendedStep)
        let widest = plan.blocks.map { block in
            switch block.feedForward {
            case .gelu(let up, _), .swiGLU(_, let up, _): up.outputStep
            }
        }
        neurons = Storage.allocated(rows * (widest.max() ?? 0))
    }

    func reserveLogits(rows: Int, step: Int) {
        guard rows > logitRows else { return }
        logitRows = rows
        logits = Storage.allocated(rows * step)
    }

    /// The logits of so many texts without the columns that fill up the last vector.
    func logits(rows: Int, vocabulary: Int, step: Int) -> UnsafeMutableBufferPointer<Float> {
        if step != vocabulary {
            for row in 1..<max(rows, 1) {
                (logits.floats + row * vocabulary).update(from: logits.floats + row * step, count: vocabulary)
            }
        }
        return UnsafeMutableBufferPointer(start: logits.floats, count: rows * vocabulary)
    }
}
