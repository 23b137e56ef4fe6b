/// A line through points, in their order.
///
/// Where a value is not finite the line is interrupted. More points than pixels are thinned without changing the
/// picture: each column of pixels keeps its first, lowest, highest and last point (M4, Jugel et al. 2014).
public struct Line: Mark {
    public let name: String?
    let xs: [Double]
    let ys: [Double]
    private var width = 1.5
    private var opacity = 1.0
    /// How many points on each side of a point are averaged.
    private var smoothing: Int?
    private var isMarked = false

    /// A line through values at 0, 1, 2...
    public init(_ values: some Sequence<some Plottable>) { self.init(nil, values) }

    /// A line with a name for the legend, through values at 0, 1, 2...
    public init(_ name: String?, _ values: some Sequence<some Plottable>) {
        self.name = name
        ys = values.map(\.axisValue)
        xs = ys.indices.map(Double.init)
    }

    /// A line through points; the shorter of the two lists says how many there are.
    public init(_ name: String? = nil, x: some Sequence<some Plottable>, y: some Sequence<some Plottable>) {
        self.name = name
        let points = zip(x, y)
        xs = points.map(\.0.axisValue)
        ys = points.map(\.1.axisValue)
    }

    /// The line at a width in pixels.
    public func width(_ pixels: Double) -> Line {
        var line = self
        line.width = min(max(0.1, pixels), 20)
        return line
    }

    /// The line drawn faintly, and over it the moving average of the points around each point.
    ///
    /// - Parameter count: how many points an average is taken over; fewer at the ends of the line.
    public func smoothed(over count: Int = 20) -> Line {
        var line = self
        line.smoothing = max(1, count) / 2
        return line
    }

    /// The line with a disc at each of its points.
    public func marked() -> Line {
        var line = self
        line.isMarked = true
        return line
    }

    public var swatch: Swatch { .line }

    public func extents(x: Scale.Kind, y: Scale.Kind) -> (x: ClosedRange<Double>?, y: ClosedRange<Double>?) {
        (Extent(xs, on: x).bounds, Extent(ys, on: y).bounds)
    }

    public func unplaced(x: Scale.Kind, y: Scale.Kind) -> (count: Int, of: Int) {
        (zip(xs, ys).count { !x.places($0) || !y.places($1) }, xs.count)
    }

    public func elements(in frame: Frame, color: String, dashes: String) -> String {
        var markup = Markup()
        if let smoothing {
            draw(ys, into: &markup, frame, color, dashes, width: width * 0.7, opacity: 0.3)
            draw(
                averages(smoothing, on: frame.y.kind), into: &markup, frame, color, dashes, width: width,
                opacity: opacity)
        } else {
            draw(ys, into: &markup, frame, color, dashes, width: width, opacity: opacity)
        }
        if isMarked { markup.raw(Dots(x: xs, y: ys, radius: 2.5).elements(in: frame, color: color, dashes: "")) }
        return markup.source
    }

    private func draw(
        _ ys: [Double], into markup: inout Markup, _ frame: Frame, _ color: String, _ dashes: String,
        width: Double, opacity: Double
    ) {
        let path = Path(xs: xs, ys: ys, in: frame)
        for (data, width) in [(path.data, width), (path.lonePoints, width * 3)] where !data.isEmpty {
            draw(data, into: &markup, color, dashes, width: width, opacity: opacity)
        }
    }

    private func draw(
        _ data: String, into markup: inout Markup, _ color: String, _ dashes: String, width: Double, opacity: Double
    ) {
        markup.element(
            "path",
            [
                "d": data, "fill": "none", "stroke": color, "stroke-width": String(width),
                "stroke-dasharray": dashes, "stroke-opacity": opacity < 1 ? String(opacity) : "",
                "stroke-linejoin": "round", "stroke-linecap": "round", "aria-label": name ?? "line",
            ])
    }

    /// The mean of the values up to so many places away, as many on one side as on the other.
    private func averages(_ reach: Int, on kind: Scale.Kind) -> [Double] {
        var sums = [0.0]
        var counts = [0]
        for value in ys {
            let isPlaced = kind.places(value)
            sums.append((sums.last ?? 0) + (isPlaced ? value : 0))
            counts.append((counts.last ?? 0) + (isPlaced ? 1 : 0))
        }
        return ys.indices.map { index in
            guard kind.places(ys[index]) else { return ys[index] }
            let side = min(reach, index, ys.count - 1 - index)
            let (first, last) = (index - side, index + side + 1)
            return (sums[last] - sums[first]) / Double(counts[last] - counts[first])
        }
    }
}
