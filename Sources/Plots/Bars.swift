/// Bars from zero, alone or in groups that share a legend.
///
/// ```swift
/// Bars(["grammar", "creativity"], ["GPT-2 small": [1.7, 1.0], "ours": [5.8, 2.6]]).y("grade", in: 0...10)
/// ```
public struct Bars: Chart {
    public var style = ChartStyle()
    private let groups: [String]
    private let series: [(name: String?, values: [Double])]

    /// One bar a name.
    public init<Value: Plottable>(_ bars: KeyValuePairs<String, Value>) {
        self.init(bars.map(\.key), bars.map(\.value))
    }

    /// One bar a pair, such as a count of words: a dictionary's in the order of their names, others in their own.
    @_disfavoredOverload
    public init<Name: Hashable & CustomStringConvertible, Value: Plottable>(
        _ bars: some Sequence<(key: Name, value: Value)>
    ) {
        let bars = inOrder(bars)
        self.init(bars.map(\.name), bars.map(\.value))
    }

    /// One bar a name.
    public init(_ names: some Sequence<some CustomStringConvertible>, _ values: some Sequence<some Plottable>) {
        groups = names.map(\.description)
        series = [(nil, values.map(\.axisValue))]
    }

    /// Groups of bars: in each group one bar a series, in the series' colour.
    ///
    /// A series with fewer values than there are groups leaves places empty.
    public init<Value: Plottable>(
        _ groups: some Sequence<some CustomStringConvertible>, _ series: KeyValuePairs<String, [Value]>
    ) {
        self.groups = groups.map(\.description)
        self.series = series.map { ($0.key, $0.value.map(\.axisValue)) }
    }

    /// Groups of bars: in each group one bar a series, a dictionary's in the order of their names.
    @_disfavoredOverload
    public init<Name: Hashable & CustomStringConvertible, Value: Plottable>(
        _ groups: some Sequence<some CustomStringConvertible>, _ series: some Sequence<(key: Name, value: [Value])>
    ) {
        self.groups = groups.map(\.description)
        self.series = inOrder(series).map { ($0.name, $0.value.map(\.axisValue)) }
    }

    public var summary: String {
        let bars = series.flatMap { one in
            zip(groups, one.values).map { "\(one.name.map { "\($0) " } ?? "")\($0) \(Numeral.brief($1))" }
        }
        let listed = bars.prefix(24).joined(separator: ", ") + (bars.count > 24 ? " and \(bars.count - 24) more" : "")
        return (style.title.map { "\($0): " } ?? "") + (bars.isEmpty ? "Bars of no values" : "Bars: \(listed)")
    }

    public func drawing(width: Double) -> Drawing {
        plot.drawing(width: width)
    }

    private var plot: Plot {
        let gap = 0.18
        let breadth = (1 - gap) / Double(max(1, series.count))
        let marks = series.enumerated().map { turn, one in
            let boxes = zip(groups, one.values).enumerated().map { place, bar in
                let left = Double(place) + gap / 2 + Double(turn) * breadth
                return Rectangles.Box(
                    x: left...left + breadth, y: bar.1,
                    note: "\(one.name.map { "\($0), " } ?? "")\(bar.0): \(Numeral.brief(bar.1))",
                    value: Numeral.brief(bar.1))
            }
            return Rectangles(one.name, boxes)
        }
        var plot = Plot(marks)
        plot.style = style
        plot.subject = summary
        plot.usualX = Axis(domain: groups.isEmpty ? nil : 0...Double(groups.count))
        plot.usualX.ticks = groups.enumerated().map { Tick(Double($0) + 0.5, $1) }
        // Of bars without height the axis still begins at zero.
        if series.allSatisfy({ $0.values.allSatisfy { $0 == 0 } }) { plot.usualY = Axis(domain: 0...1) }
        plot.hasLegend = series.contains { $0.name != nil }
        return plot
    }
}
