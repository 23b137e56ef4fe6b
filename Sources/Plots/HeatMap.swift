/// A table of numbers as a table of colours, the first row at the top.
///
/// ```swift
/// HeatMap(head.pattern, labels: trace.tokens).title("what each token looks at")
/// ```
///
/// The cells are one embedded image, so that a large map stays small. Heat maps of one `Grid` share their colours.
public struct HeatMap: Chart {
    public var style = ChartStyle()
    private let cells: Cells
    private let rowNames: [String]
    private let columnNames: [String]
    private var colors: ColorScale?
    private var domain: ClosedRange<Double>?
    private var hasKey = true
    private var sharedExtent: ClosedRange<Double>?

    /// A map of rows of values; a short row is filled up with empty cells.
    ///
    /// - Parameter labels: names of the rows and of the columns alike, such as the tokens of an attention pattern.
    public init<Value: Plottable>(_ rows: [[Value]], labels: [String] = []) {
        self.init(rows, rows: labels, columns: labels)
    }

    /// A map of rows of values, with names of the rows and of the columns.
    public init<Value: Plottable>(_ rows: [[Value]], rows rowNames: [String], columns columnNames: [String]) {
        cells = Cells(rows.map { $0.map(\.axisValue) })
        self.rowNames = rowNames
        self.columnNames = columnNames
    }

    /// The map in other colours, over a range of values of one's own choice.
    public func colors(_ scale: ColorScale, in domain: ClosedRange<Double>? = nil) -> HeatMap {
        var map = self
        (map.colors, map.domain) = (scale, domain ?? map.domain)
        return map
    }

    public var summary: String {
        var sentence = "Heat map of \(cells.rows) by \(cells.columns) values"
        if let extent = cells.extent.bounds {
            sentence += " from \(Numeral.brief(extent.lowerBound)) to \(Numeral.brief(extent.upperBound))"
        }
        return (style.title.map { "\($0): " } ?? "") + sentence
    }

    private var palette: CellPalette {
        let extent = sharedExtent ?? cells.extent.bounds ?? 0...1
        let straddlesZero = extent.lowerBound < 0 && extent.upperBound > 0
        let scale = colors ?? (straddlesZero ? .diverging : .blue)
        return CellPalette(scale: scale, domain: domain ?? scale.domain(of: extent))
    }

    public func drawing(width: Double) -> Drawing {
        var markup = Markup()
        let theme = style.theme
        var top = Heading(style, width: width).draw(into: &markup)
        guard cells.extent.bounds != nil else {
            let sentence = cells.isEmpty ? "No values to show" : "None of the values is finite"
            Heading.drawNothing(sentence, from: top, to: top + 90, width: width, theme: theme, into: &markup)
            return Drawing(width: width, height: top + 94, elements: markup.source)
        }
        if hasKey { top += drawKey(at: top, width: width, into: &markup) }

        let left = room(for: rowNames)
        let cell = cellSize(width: width - left - 2)
        let (breadth, height) = (cell.width * Double(cells.columns), cell.height * Double(cells.rows))
        let box: KeyValuePairs = [
            "x": Numeral.coordinate(left), "y": Numeral.coordinate(top), "width": Numeral.coordinate(breadth),
            "height": Numeral.coordinate(height),
        ]
        drawCells(box, into: &markup)
        drawNames(left: left, top: top, cell: cell, height: height, into: &markup)
        var bottom = top + height + room(for: columnNames)
        if let label = style.x.label {
            bottom += theme.size + 4
            markup.text("\(label) →", x: left + breadth, y: bottom - 2, ["text-anchor": "end"])
        }
        for note in notes {
            bottom += theme.size + 4
            markup.text(Letters.fitted(note, to: width, size: theme.size), x: 0, y: bottom, ["opacity": ".7"])
        }
        return Drawing(width: width, height: bottom + 4, elements: markup.source)
    }

    private func drawCells(_ box: KeyValuePairs<String, String>, into markup: inout Markup) {
        let image = cells.image(in: palette).dataURL
        var attributes = box.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: " ")
        markup.raw(
            "<rect \(attributes) fill=\"none\" stroke=\"\(Markup.escaped(style.theme.ink))\" stroke-opacity=\".15\"/>")
        attributes += " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" aria-label=\"cells\""
        markup.raw("<image \(attributes) href=\"\(image)\"/>")
    }

    // MARK: Names

    private func drawNames(
        left: Double, top: Double, cell: (width: Double, height: Double), height: Double, into markup: inout Markup
    ) {
        let size = min(style.theme.size, max(7, min(cell.width, cell.height)))
        let lettersFit = { (breadth: Double) in max(1, Int((size / max(breadth, 0.01) - 0.01).rounded(.up))) }
        markup.element("g", ["text-anchor": "end", "font-size": Numeral.coordinate(size), "aria-label": "rows"]) {
            group in
            for (row, name) in rowNames.prefix(cells.rows).enumerated()
            where row.isMultiple(of: lettersFit(cell.height)) {
                group.text(
                    Letters.fitted(name, to: left - 4, size: size), x: left - 5,
                    y: top + (Double(row) + 0.5) * cell.height + size * 0.35)
            }
        }
        markup.element("g", ["text-anchor": "end", "font-size": Numeral.coordinate(size), "aria-label": "columns"]) {
            group in
            for (column, name) in columnNames.prefix(cells.columns).enumerated()
            where column.isMultiple(of: lettersFit(cell.width)) {
                let x = Numeral.coordinate(left + (Double(column) + 0.5) * cell.width + size * 0.35)
                let turn = "translate(\(x) \(Numeral.coordinate(top + height + 5)))rotate(-90)"
                let fitted = Letters.fitted(name, to: room(for: columnNames) - 6, size: size)
                group.text(fitted, x: 0, y: 0, ["transform": turn])
            }
        }
    }

    private func room(for names: [String]) -> Double {
        let longest = names.map { Letters.width(of: $0, size: style.theme.size) }.max() ?? 0
        return longest == 0 ? 1 : min(longest, 90) + 9
    }

    /// Square cells that fill the width, or the height where one is asked for, and are no larger than they need to be.
    private func cellSize(width: Double) -> (width: Double, height: Double) {
        let largest = max(24, 200 / Double(max(cells.columns, cells.rows)))
        var side = min(width / Double(max(1, cells.columns)), largest)
        if let height = style.height, height.isFinite { side = min(side, max(60, height) / Double(max(1, cells.rows))) }
        // A map far from square keeps a height that can be seen.
        let height = min(max(side * Double(cells.rows), min(80, 24 * Double(cells.rows))), 1200)
        return (side, height / Double(max(1, cells.rows)))
    }

    // MARK: Key and notes

    private func drawKey(at top: Double, width: Double, into markup: inout Markup) -> Double {
        let key = palette.key(width: width, theme: style.theme)
        markup.element("g", ["transform": "translate(0 \(Numeral.coordinate(top)))"]) { $0.raw(key.elements) }
        return key.height
    }

    private var notes: [String] {
        var notes = style.caption.map { [$0] } ?? []
        if cells.unplaced > 0 {
            notes.append("\(cells.unplaced) of \(cells.rows * cells.columns) cells are not finite: grey")
        }
        return notes
    }
}

extension HeatMap: SharesScales {
    func sharing(with peers: [HeatMap]) -> HeatMap {
        var map = self
        var extent = Extent()
        for peer in peers { extent.include(peer.cells.extent) }
        map.sharedExtent = extent.bounds
        map.hasKey = peers.count < 2
        return map
    }

    func commonKey(width: Double) -> Drawing? {
        sharedExtent == nil || hasKey ? nil : palette.key(width: width, theme: style.theme)
    }
}
