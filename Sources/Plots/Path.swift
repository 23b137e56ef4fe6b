/// The data of an SVG path through points: relative steps in tenths of a pixel, no more of them than can be seen.
struct Path {
    private(set) var data = ""
    /// Points without a neighbour to draw a line to, as strokes of no length.
    private(set) var lonePoints = ""
    private var last = (x: 0, y: 0)
    private var isDown = false
    private var start = "".startIndex
    private var stepsSinceLift = 0

    init(xs: [Double], ys: [Double], in frame: Frame) {
        // Far outside the frame a place cannot be seen; keeping it near keeps the numbers short.
        let reach = (frame.right - frame.left + frame.bottom - frame.top) * 20
        func place(_ index: Int) -> (x: Int, y: Int)? {
            let (x, y) = (frame.x(xs[index]), frame.y(ys[index]))
            guard x.isFinite, y.isFinite else { return nil }
            return (Int((min(max(x, -reach), reach) * 10).rounded()), Int((min(max(y, -reach), reach) * 10).rounded()))
        }
        let columns = Int(max(1, frame.right - frame.left))
        let isThinned = xs.count > columns * 4 && zip(xs, xs.dropFirst()).allSatisfy { !($0 > $1) }
        var column = Column()
        for index in xs.indices {
            guard let point = place(index) else {
                column.empty(into: &self)
                lift()
                continue
            }
            if !isThinned {
                add(point)
            } else {
                if column.number != point.x / 10 { column.empty(into: &self) }
                column.add(point)
            }
        }
        column.empty(into: &self)
        lift()
    }

    /// The points of one column of pixels, of which four matter.
    private struct Column {
        var number: Int?
        private var order = 0
        private var first = (x: 0, y: 0), last = (x: 0, y: 0)
        private var low = (order: 0, x: 0, y: 0), high = (order: 0, x: 0, y: 0)

        mutating func add(_ point: (x: Int, y: Int)) {
            order += 1
            if number == nil {
                (number, first) = (point.x / 10, point)
                (low, high) = ((order, point.x, point.y), (order, point.x, point.y))
            }
            if point.y < low.y { low = (order, point.x, point.y) }
            if point.y > high.y { high = (order, point.x, point.y) }
            last = point
        }

        mutating func empty(into path: inout Path) {
            guard number != nil else { return }
            path.add(first)
            for extreme in low.order < high.order ? [low, high] : [high, low] { path.add((extreme.x, extreme.y)) }
            path.add(last)
            (number, order) = (nil, 0)
        }
    }

    private mutating func add(_ point: (x: Int, y: Int)) {
        if !isDown {
            start = data.endIndex
            data += "M"
            append(point.x, afterNumber: false)
            append(point.y, afterNumber: true)
            data += "l"
            isDown = true
            stepsSinceLift = 0
        } else {
            let step = (x: point.x - last.x, y: point.y - last.y)
            if step == (0, 0) { return }
            append(step.x, afterNumber: stepsSinceLift > 0)
            append(step.y, afterNumber: true)
            stepsSinceLift += 1
        }
        last = point
    }

    /// Ends a piece of the line.
    private mutating func lift() {
        if isDown, stepsSinceLift == 0 {
            lonePoints += data[start...] + "0 0"
            data.removeSubrange(start...)
        }
        isDown = false
    }

    private mutating func append(_ tenths: Int, afterNumber: Bool) {
        if afterNumber, tenths >= 0 { data += " " }
        Numeral.appendTenths(tenths, to: &data)
    }
}
