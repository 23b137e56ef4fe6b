/// Names and their colours, in rows above a chart.
struct Legend {
    struct Key: Hashable, Sendable {
        var name: String
        var color: String
        var dashes: String
        var swatch: Swatch
    }

    private let keys: [Key]
    private let theme: Theme

    init(_ keys: [Key], theme: Theme) {
        self.keys = keys
        self.theme = theme
    }

    /// Draws the keys from left to right, in as many rows as they need.
    ///
    /// - Returns: where the next part of the chart starts.
    func draw(at top: Double, width: Double, into markup: inout Markup) -> Double {
        let row = theme.size + 6
        var (x, y) = (0.0, top)
        markup.element("g", ["aria-label": "legend"]) { group in
            for key in keys {
                let mark = key.swatch == .line ? 18.0 : 10.0
                let name = Letters.fitted(key.name, to: max(30, width - mark - 5), size: theme.size)
                let breadth = mark + 5 + Letters.width(of: name, size: theme.size) + 14
                if x > 0, x + breadth - 14 > width { (x, y) = (0, y + row) }
                draw(key, name, x: x, middle: y + row / 2, mark: mark, into: &group)
                x += breadth
            }
        }
        return y + row + 4
    }

    private func draw(
        _ key: Key, _ name: String, x: Double, middle: Double, mark: Double, into group: inout Markup
    ) {
        switch key.swatch {
        case .line:
            group.element(
                "path",
                [
                    "d": "M\(Numeral.coordinate(x)) \(Numeral.coordinate(middle))h\(Numeral.coordinate(mark))",
                    "stroke": key.color, "stroke-width": "2", "stroke-dasharray": key.dashes,
                ])
        case .square:
            group.element(
                "rect",
                [
                    "x": Numeral.coordinate(x), "y": Numeral.coordinate(middle - 5), "width": "10", "height": "10",
                    "rx": "1.5", "fill": key.color,
                ])
        case .dot:
            group.element(
                "circle",
                ["cx": Numeral.coordinate(x + 5), "cy": Numeral.coordinate(middle), "r": "4", "fill": key.color])
        }
        group.text(name, x: x + mark + 5, y: middle + theme.size * 0.35)
    }
}
