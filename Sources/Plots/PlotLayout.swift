/// Where the parts of a plot go: title, legend, axes, marks, notes.
struct PlotLayout {
    private let plot: Plot
    private let theme: Theme
    private let width: Double
    private let x: Axis
    private let y: Axis
    private let extents: (x: Extent, y: Extent)
    private let colors: [(color: String, dashes: String)]

    init(_ plot: Plot, width: Double) {
        self.plot = plot
        self.width = width
        theme = plot.style.theme
        x = plot.style.x.filled(from: plot.usualX)
        y = plot.style.y.filled(from: plot.usualY)
        extents = plot.extents(x.kind ?? .linear, y.kind ?? .linear)
        var turn = 0
        var colors: [(String, String)] = []
        for mark in plot.marks {
            colors.append((theme.color(turn), theme.dashes(turn)))
            if mark.isSeries { turn += 1 }
        }
        self.colors = colors
    }

    var drawing: Drawing {
        var markup = Markup()
        let head = Heading(plot.style, width: width).draw(into: &markup)
        let keys = legendKeys
        let top = keys.isEmpty ? head : Legend(keys, theme: theme).draw(at: head, width: width, into: &markup)
        let lines = notes
        let footer = Double(lines.count) * (theme.size + 4)
        let height = max(plot.style.drawnHeight(or: usualHeight + top), top + footer + 70)
        if extents.x.bounds == nil || extents.y.bounds == nil {
            drawEmpty(from: top, to: height - footer, into: &markup)
        } else {
            let frame = frame(from: top, to: height - footer)
            drawAxes(frame, top: top, into: &markup)
            drawMarks(frame, into: &markup)
        }
        for (index, note) in lines.enumerated() {
            let line = height - Double(lines.count - 1 - index) * (theme.size + 4) - 4
            markup.text(Letters.fitted(note, to: width, size: theme.size), x: 0, y: line, ["opacity": ".7"])
        }
        return Drawing(width: width, height: height, elements: markup.source)
    }

    private var usualHeight: Double { max(120, (width < 400 ? width * 0.6 : width * 0.48).rounded()) }

    // MARK: Scales

    private func frame(from top: Double, to bottom: Double) -> Frame {
        let lower = bottom - 18 - (x.label == nil ? 0 : theme.size + 6) - slantRoom
        let upper = top + (y.label == nil ? theme.size + 2 : theme.size + 12)
        let yDomain = y.domain ?? roundedOut(extents.y.bounds ?? 0...1, rows: rows(lower - upper))
        let yScale = Scale(yDomain, to: (lower, upper), kind: y.kind ?? .linear)
        let labels = yTicks(yScale).map { Letters.width(of: $0.label, size: theme.size) }.max() ?? 0
        let xScale = Scale(
            x.domain ?? extents.x.bounds ?? 0...1, to: (max(20, labels + 10, slantOverhang), width - 14),
            kind: x.kind ?? .linear)
        let name = y.label.map { Letters.width(of: $0, size: theme.size) + 24 } ?? 0
        return Frame(x: xScale, y: yScale, theme: theme, nameWidth: name)
    }

    private func rows(_ height: Double) -> Int { max(2, Int(height / (height < 120 ? 28 : 42))) }

    private func roundedOut(_ bounds: ClosedRange<Double>, rows: Int) -> ClosedRange<Double> {
        guard y.kind ?? .linear == .linear else { return bounds }
        let domain = Scale(bounds, to: (0, 1)).domain
        let step = Scale.roundStep(in: domain, about: rows)
        let low = (domain.lowerBound / step + 1e-9).rounded(.down) * step
        let high = (domain.upperBound / step - 1e-9).rounded(.up) * step
        // A round end is kept where it costs less than a third of a step of the picture.
        return (domain.lowerBound - low < step * 0.67 ? low : domain.lowerBound)...max(high, domain.upperBound)
    }

    private func yTicks(_ scale: Scale) -> [Tick] {
        y.ticks ?? whole(scale.ticks(about: rows(scale.range.from - scale.range.to)), y)
    }

    private func xTicks(_ scale: Scale) -> [Tick] {
        x.ticks
            ?? whole(scale.ticks(about: max(2, Int((scale.range.to - scale.range.from) / (width < 400 ? 45 : 80)))), x)
    }

    /// The ticks without those between whole numbers, where an axis has only whole ones.
    private func whole(_ ticks: [Tick], _ axis: Axis) -> [Tick] {
        guard axis.isWhole else { return ticks }
        return ticks.compactMap { tick in
            let value = tick.value.rounded()
            guard abs(tick.value - value) < 1e-9 else { return nil }
            return tick.label.contains(".") && value < 10_000 ? Tick(value, Numeral.tick(value, step: 1)) : tick
        }
    }

    // MARK: Axes

    private func drawAxes(_ frame: Frame, top: Double, into markup: inout Markup) {
        let (left, right) = (Numeral.coordinate(frame.left), Numeral.coordinate(frame.right))
        let inside = { (place: Double, low: Double, high: Double) in place >= low - 0.5 && place <= high + 0.5 }
        let rows = yTicks(frame.y).filter { inside(frame.y($0.value), frame.top, frame.bottom) }
        let columns = xTicks(frame.x).filter { inside(frame.x($0.value), frame.left, frame.right) }
        if y.hasGrid ?? true {
            let lines = rows.map { "M\(left) \(Numeral.coordinate(frame.y($0.value)))H\(right)" }.joined()
            markup.element("path", ["d": lines, "stroke": theme.ink, "stroke-opacity": ".1", "fill": "none"])
        }
        markup.element("g", ["text-anchor": "end", "aria-label": "vertical axis"]) { group in
            for tick in rows {
                group.text(tick.label, x: frame.left - 6, y: frame.y(tick.value) + theme.size * 0.34)
            }
        }
        markup.element("g", ["text-anchor": isSlanted ? "end" : "middle", "aria-label": "horizontal axis"]) { group in
            for tick in columns { drawXTick(tick, frame, into: &group) }
        }
        let base = "M\(left) \(Numeral.coordinate(frame.baseline))H\(right)"
        let marks =
            x.ticks == nil
            ? columns.map { "M\(Numeral.coordinate(frame.x($0.value))) \(Numeral.coordinate(frame.bottom))v4" }.joined()
            : ""
        markup.element("path", ["d": base + marks, "stroke": theme.ink, "stroke-opacity": ".6", "fill": "none"])
        if let label = y.label { markup.text("↑ \(label)", x: 0, y: top + theme.size + 1) }
        if let label = x.label {
            markup.text(
                "\(label) →", x: frame.right, y: frame.bottom + 18 + slantRoom + theme.size + 2, ["text-anchor": "end"])
        }
    }

    private func drawXTick(_ tick: Tick, _ frame: Frame, into group: inout Markup) {
        let (place, line) = (frame.x(tick.value), frame.bottom + 6 + theme.size)
        guard isSlanted else {
            // The last label stays inside the picture.
            let half = Letters.width(of: tick.label, size: theme.size) / 2
            group.text(tick.label, x: min(max(place, half), width - half), y: line)
            return
        }
        let turn = "rotate(-35 \(Numeral.coordinate(place + 3)) \(Numeral.coordinate(line)))"
        let label = Letters.fitted(tick.label, to: 150, size: theme.size)
        group.text(label, x: place + 3, y: line, ["transform": turn])
    }

    /// Names that are wider than their places are written at a slant.
    private var isSlanted: Bool {
        guard let ticks = x.ticks, !ticks.isEmpty else { return false }
        let place = (width - 50) / Double(ticks.count)
        return ticks.contains { Letters.width(of: $0.label, size: theme.size) > place }
    }

    private var slantRoom: Double {
        guard isSlanted, let ticks = x.ticks else { return 0 }
        return min(150, ticks.map { Letters.width(of: $0.label, size: theme.size) }.max() ?? 0) * 0.58
    }

    /// How far the first slanted name reaches to the left of its place.
    private var slantOverhang: Double {
        guard isSlanted, let ticks = x.ticks, let first = ticks.first else { return 0 }
        let place = (width - 50) / Double(ticks.count)
        return min(150, Letters.width(of: first.label, size: theme.size)) * 0.82 - place / 2 + 4
    }

    // MARK: Marks, legend, notes

    private func drawMarks(_ frame: Frame, into markup: inout Markup) {
        let isCut = plot.style.x.domain != nil || plot.style.y.domain != nil
        let (left, top) = (frame.left - 1, frame.top - 1)
        let (breadth, height) = (frame.right - left + 1, frame.bottom - top + 1)
        let box = [left, top, breadth, height].map(Numeral.coordinate)
        for (mark, turn) in zip(plot.marks, colors) {
            let elements = mark.elements(in: frame, color: turn.color, dashes: turn.dashes)
            guard isCut, mark.isSeries else {
                markup.raw(elements)
                continue
            }
            // An inner svg cuts off what a chosen domain leaves outside, and needs no name that a page could know twice.
            markup.element(
                "svg",
                ["x": box[0], "y": box[1], "width": box[2], "height": box[3], "viewBox": box.joined(separator: " ")]
            ) { $0.raw(elements) }
        }
    }

    private var legendKeys: [Legend.Key] {
        let keys = zip(plot.marks, colors).compactMap { mark, turn in
            mark.name.map { Legend.Key(name: $0, color: turn.color, dashes: turn.dashes, swatch: mark.swatch) }
        }
        return plot.hasLegend ?? (keys.count > 1) ? keys : []
    }

    private var notes: [String] {
        let unplaced = plot.marks.map { $0.unplaced(x: x.kind ?? .linear, y: y.kind ?? .linear) }
        let (count, total) = (unplaced.reduce(0) { $0 + $1.count }, unplaced.reduce(0) { $0 + $1.of })
        var notes = plot.style.caption.map { [$0] } ?? []
        if count > 0, count < total {
            let isLogarithmic = x.kind == .logarithmic || y.kind == .logarithmic
            let reason = isLogarithmic ? "not finite, or not above zero on a logarithmic scale" : "not finite"
            notes.append("\(count) of \(total) values left out: \(reason)")
        }
        return notes
    }

    private func drawEmpty(from top: Double, to bottom: Double, into markup: inout Markup) {
        let hasValues = plot.marks.contains { $0.unplaced(x: .linear, y: .linear).of > 0 }
        Heading.drawNothing(
            hasValues ? "None of the values has a place on the scales" : "No values to show",
            from: top, to: bottom, width: width, theme: theme, into: &markup)
    }
}
