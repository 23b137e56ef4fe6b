/// The line above a chart, and what stands in a chart's place when it has nothing to show.
struct Heading {
    private let style: ChartStyle
    private let width: Double

    init(_ style: ChartStyle, width: Double) {
        self.style = style
        self.width = width
    }

    /// Draws the title, smaller over a narrow chart.
    ///
    /// - Returns: the height that it took.
    func draw(into markup: inout Markup) -> Double {
        guard let title = style.title else { return 0 }
        let size = style.theme.size + (width > 400 ? 3 : 1)
        markup.text(
            Letters.fitted(title, to: width, size: size * 1.05), x: 0, y: size,
            ["font-size": Numeral.coordinate(size), "font-weight": "600"])
        return size + 8
    }

    /// Draws a dashed frame with a sentence in it.
    static func drawNothing(
        _ sentence: String, from top: Double, to bottom: Double, width: Double, theme: Theme, into markup: inout Markup
    ) {
        markup.element(
            "rect",
            [
                "x": ".5", "y": Numeral.coordinate(top + 4), "width": Numeral.coordinate(width - 1),
                "height": Numeral.coordinate(bottom - top - 8), "rx": "3", "fill": "none", "stroke": theme.ink,
                "stroke-opacity": ".3", "stroke-dasharray": "4 4",
            ])
        markup.text(
            Letters.fitted(sentence, to: width - 8, size: theme.size), x: width / 2, y: (top + bottom) / 2 + 4,
            ["text-anchor": "middle", "opacity": ".7"])
    }
}
