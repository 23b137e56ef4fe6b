/// The values of a heat map, row by row.
struct Cells: Sendable {
    let rows: Int
    let columns: Int
    private let values: [Double]
    /// The least and the greatest finite value.
    let extent: Extent
    /// How many values are not finite.
    let unplaced: Int

    init(_ rows: [[Double]]) {
        let columns = rows.map(\.count).max() ?? 0
        self.rows = columns == 0 ? 0 : rows.count
        self.columns = columns
        values = rows.flatMap { $0 + [Double](repeating: .nan, count: columns - $0.count) }
        extent = Extent(values)
        unplaced = values.count { !$0.isFinite }
    }

    var isEmpty: Bool { values.isEmpty }

    /// One pixel a cell, or a pixel for the mean of several where there are more cells than a screen shows.
    func image(in palette: CellPalette) -> PaletteImage {
        let most = 768
        let (across, down) = ((columns - 1) / most + 1, (rows - 1) / most + 1)
        let (width, height) = ((columns - 1) / across + 1, (rows - 1) / down + 1)
        var pixels = [UInt8](repeating: 0, count: width * height)
        for row in 0..<height {
            for column in 0..<width {
                let value =
                    across == 1 && down == 1
                    ? values[row * columns + column]
                    : mean(
                        row * down..<min((row + 1) * down, rows), column * across..<min((column + 1) * across, columns))
                pixels[row * width + column] = palette.index(of: value)
            }
        }
        return PaletteImage(width: width, height: height, pixels: pixels, palette: palette.colors)
    }

    private func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
        var (sum, count) = (0.0, 0.0)
        for row in rows {
            for column in columns where values[row * self.columns + column].isFinite {
                sum += values[row * self.columns + column]
                count += 1
            }
        }
        return sum / count
    }
}

/// The colours of a heat map as a palette of steps, and one more for values that have none.
struct CellPalette {
    private static let steps = 128
    private let scale: ColorScale
    private let domain: ClosedRange<Double>

    init(scale: ColorScale, domain: ClosedRange<Double>) {
        self.scale = scale
        self.domain = Scale(domain, to: (0, 1)).domain
    }

    var colors: [SIMD4<Double>] {
        (0..<CellPalette.steps).map { scale.color(at: Double($0) / Double(CellPalette.steps - 1)) }
            + [SIMD4(0.5, 0.5, 0.5, 0.45)]
    }

    func index(of value: Double) -> UInt8 {
        guard value.isFinite else { return UInt8(CellPalette.steps) }
        let share = (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        return UInt8((min(max(share, 0), 1) * Double(CellPalette.steps - 1)).rounded())
    }

    /// A strip of the colours between the values that it runs between.
    func key(width: Double, theme: Theme) -> Drawing {
        var markup = Markup()
        let (low, high) = (Numeral.brief(domain.lowerBound), Numeral.brief(domain.upperBound))
        let left = Letters.width(of: low, size: theme.size) + 5
        let strip = min(140, max(30, width - left - Letters.width(of: high, size: theme.size) - 8))
        let middle = theme.size * 0.5 + 2
        let image = PaletteImage(
            width: CellPalette.steps, height: 1, pixels: (0..<CellPalette.steps).map(UInt8.init), palette: colors)
        markup.element("g", ["aria-label": "colours from \(low) to \(high)"]) { group in
            group.text(low, x: 0, y: middle + theme.size * 0.35)
            group.raw(
                "<image x=\"\(Numeral.coordinate(left))\" y=\"\(Numeral.coordinate(middle - 4))\""
                    + " width=\"\(Numeral.coordinate(strip))\" height=\"8\" preserveAspectRatio=\"none\""
                    + " href=\"\(image.dataURL)\"/>")
            group.element(
                "rect",
                [
                    "x": Numeral.coordinate(left), "y": Numeral.coordinate(middle - 4),
                    "width": Numeral.coordinate(strip),
                    "height": "8", "fill": "none", "stroke": theme.ink, "stroke-opacity": ".3", "stroke-width": ".5",
                ])
            group.text(high, x: left + strip + 5, y: middle + theme.size * 0.35)
        }
        return Drawing(width: width, height: theme.size + 12, elements: markup.source)
    }
}
