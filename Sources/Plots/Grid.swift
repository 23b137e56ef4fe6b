import Notebook

/// Charts side by side, in rows.
///
/// Charts of one kind share their scales where the kind can (histograms their steps and axes, heat maps their colours),
/// so that what looks alike is alike.
///
/// ```swift
/// Grid(columns: 4) { for head in heads { HeatMap(head.pattern).title("\(head)") } }
/// ```
public struct Grid: Chart {
    public var style = ChartStyle()
    private let columns: Int
    private let charts: [any Chart]

    /// Charts in rows of so many.
    ///
    /// - Parameter sharesScales: whether charts of one kind share their scales.
    public init(columns: Int = 2, sharesScales: Bool = true, @ListBuilder<any Chart> charts: () -> [any Chart]) {
        self.columns = max(1, columns)
        let charts = charts()
        self.charts = sharesScales ? charts.map { Grid.fitted($0, among: charts) } : charts
    }

    public var summary: String {
        let parts = charts.prefix(12).map(\.summary) + (charts.count > 12 ? ["and \(charts.count - 12) more"] : [])
        let sentence =
            charts.isEmpty ? "An empty grid of charts" : "\(charts.count) charts: \(parts.joined(separator: "; "))"
        return (style.title.map { "\($0): " } ?? "") + sentence
    }

    public func drawing(width: Double) -> Drawing {
        var markup = Markup()
        let gap = 20.0
        let across = min(columns, max(1, charts.count))
        let breadth = max(40, (width - gap * Double(across - 1)) / Double(across))
        var top = Heading(style, width: width).draw(into: &markup)
        if charts.isEmpty {
            Heading.drawNothing(
                "No charts to show", from: top, to: top + 80, width: width, theme: style.theme, into: &markup)
            top += 80
        }
        if let key = charts.lazy.compactMap({ ($0 as? any SharesScales)?.commonKey(width: width) }).first {
            markup.element("g", ["transform": "translate(0 \(Numeral.coordinate(top)))"]) { $0.raw(key.elements) }
            top += key.height
        }
        for row in stride(from: 0, to: charts.count, by: across) {
            let drawings = charts[row..<min(row + across, charts.count)].map { chart in
                var chart = chart
                chart.style.theme = style.theme
                return chart.drawing(width: breadth)
            }
            for (column, drawing) in drawings.enumerated() {
                let left = Double(column) * (breadth + gap)
                markup.element(
                    "g",
                    [
                        "transform": "translate(\(Numeral.coordinate(left)) \(Numeral.coordinate(top)))",
                        "aria-label": charts[row + column].style.title ?? "",
                    ]
                ) { $0.raw(drawing.elements) }
            }
            top += (drawings.map(\.height).max() ?? 0) + gap * 0.7
        }
        if let caption = style.caption {
            markup.text(caption, x: 0, y: top + style.theme.size - 6, ["opacity": ".7"])
            top += style.theme.size + 4
        }
        return Drawing(
            width: width, height: max(top - (style.caption == nil && !charts.isEmpty ? gap * 0.7 : 0), 40),
            elements: markup.source)
    }

    private static func fitted(_ chart: any Chart, among charts: [any Chart]) -> any Chart {
        guard let sharing = chart as? any SharesScales else { return chart }
        return sharing.sharing(among: charts)
    }
}

/// A chart that can take the scales that it has in common with charts of its kind.
protocol SharesScales: Chart {
    /// The chart with the scales that it and its peers have in common.
    func sharing(with peers: [Self]) -> Self
    /// What explains the scales of all peers at once, drawn above them.
    func commonKey(width: Double) -> Drawing?
}

extension SharesScales {
    func commonKey(width: Double) -> Drawing? { nil }

    func sharing(among charts: [any Chart]) -> any Chart {
        sharing(with: charts.compactMap { $0 as? Self })
    }
}
