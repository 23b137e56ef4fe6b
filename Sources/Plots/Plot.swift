import Notebook

/// Marks over a pair of axes: the general chart, of which the others are cases.
///
/// ```swift
/// Plot {
///     Line("training", losses).smoothed()
///     Dots("validation", x: steps, y: validationLosses)
///     Rule(y: 1.5, "published")
/// }
/// .x("step").y("loss", scale: .logarithmic)
/// ```
public struct Plot: Chart {
    public var style = ChartStyle()
    let marks: [any Mark]
    /// What the kind of chart asks of its axes, where the person asks nothing.
    var usualX = Axis()
    var usualY = Axis()
    var hasLegend: Bool?
    var subject: String?

    /// A chart of marks, the later over the earlier.
    public init(@ListBuilder<any Mark> marks: () -> [any Mark]) {
        self.init(marks())
    }

    /// A chart of marks, the later over the earlier.
    public init(_ marks: [any Mark]) {
        self.marks = marks
    }

    /// A plot is made of marks.
    @available(
        *, unavailable, message: "LineChart(x: …, y: …) draws a line; in a Plot stand marks: Plot { Dots(x: …, y: …) }"
    )
    public init(x: some Sequence<some Plottable>, y: some Sequence<some Plottable>) { self.init([]) }

    public var summary: String {
        let names = marks.compactMap(\.name)
        let what = subject ?? (names.isEmpty ? "Plot" : "Plot of \(names.joined(separator: ", "))")
        let (x, y) = (style.x.filled(from: usualX), style.y.filled(from: usualY))
        let (across, up) = extents(x.kind ?? .linear, y.kind ?? .linear)
        var sentence = what
        if let up = up.bounds {
            sentence +=
                ", \(y.label ?? "values") from \(Numeral.brief(up.lowerBound)) to \(Numeral.brief(up.upperBound))"
        }
        if let label = x.label, let across = across.bounds {
            sentence += " over \(label) \(Numeral.brief(across.lowerBound)) to \(Numeral.brief(across.upperBound))"
        }
        return (style.title.map { "\($0): " } ?? "") + sentence
    }

    func extents(_ x: Scale.Kind, _ y: Scale.Kind) -> (x: Extent, y: Extent) {
        var (across, up) = (Extent(), Extent())
        for mark in marks {
            let extents = mark.extents(x: x, y: y)
            across.include(Extent(extents.x))
            up.include(Extent(extents.y))
        }
        return (across, up)
    }

    public func drawing(width: Double) -> Drawing {
        PlotLayout(self, width: width).drawing
    }
}

extension ListBuilder where Element == any Mark {
    /// A chart has axes of its own and cannot stand among marks.
    @available(*, unavailable, message: "a chart stands alone or in a Grid; in a Plot stand marks: Line, Dots and Rule")
    public static func buildExpression(_ chart: some Chart) -> [Element] { [] }
}
