import Notebook

/// Lines over a common pair of axes, with a legend where there is more than one.
///
/// ```swift
/// LineChart(["training": losses, "validation": validationLosses]).x("step").y("loss")
/// ```
public struct LineChart: Chart {
    public var style = ChartStyle()
    private let marks: [any Mark]

    /// One line through values at 0, 1, 2...
    public init(_ values: some Sequence<some Plottable>) {
        marks = [Line(nil, values)]
    }

    /// One line through points.
    public init(x: some Sequence<some Plottable>, y: some Sequence<some Plottable>) {
        marks = [Line(x: x, y: y)]
    }

    /// Several named lines, each through values at 0, 1, 2...
    public init<Value: Plottable>(_ lines: KeyValuePairs<String, [Value]>) {
        marks = lines.map { Line($0.key, $0.value) }
    }

    /// Several named lines, each through values at 0, 1, 2...: a dictionary's in the order of their names.
    @_disfavoredOverload
    public init<Name: Hashable & CustomStringConvertible, Value: Plottable>(
        _ lines: some Sequence<(key: Name, value: [Value])>
    ) {
        marks = inOrder(lines).map { Line($0.name, $0.value) }
    }

    /// Lines, and other marks over them.
    public init(@ListBuilder<any Mark> marks: () -> [any Mark]) {
        self.marks = marks()
    }

    private var plot: Plot {
        var plot = Plot(marks)
        plot.style = style
        let names = marks.compactMap(\.name)
        plot.subject = names.isEmpty ? "Line chart" : "Line chart of \(names.joined(separator: ", "))"
        return plot
    }

    public var summary: String { plot.summary }

    public func drawing(width: Double) -> Drawing { plot.drawing(width: width) }
}
