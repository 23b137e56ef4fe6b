/// Points, each a small disc.
public struct Dots: Mark {
    public let name: String?
    private let xs: [Double]
    private let ys: [Double]
    private let radius: Double

    /// Points at pairs of values; the shorter of the two lists says how many there are.
    ///
    /// - Parameter radius: of a disc, in pixels; where nothing is said, less where there are many.
    public init(
        _ name: String? = nil, x: some Sequence<some Plottable>, y: some Sequence<some Plottable>, radius: Double? = nil
    ) {
        self.name = name
        let points = zip(x, y)
        xs = points.map(\.0.axisValue)
        ys = points.map(\.1.axisValue)
        self.radius = min(max(0.2, radius ?? (xs.count > 200 ? 2 : 3)), 50)
    }

    public var swatch: Swatch { .dot }

    public func extents(x: Scale.Kind, y: Scale.Kind) -> (x: ClosedRange<Double>?, y: ClosedRange<Double>?) {
        (Extent(xs, on: x).bounds, Extent(ys, on: y).bounds)
    }

    public func unplaced(x: Scale.Kind, y: Scale.Kind) -> (count: Int, of: Int) {
        (zip(xs, ys).count { !x.places($0) || !y.places($1) }, xs.count)
    }

    /// All discs are one path of zero-length strokes with round ends; discs that would cover each other are one.
    public func elements(in frame: Frame, color: String, dashes: String) -> String {
        struct Place: Hashable { var x, y: Int }
        let grain = xs.count > 5_000 ? 10 : 2
        var seen: Set<Place> = []
        var data = ""
        for (x, y) in zip(xs, ys) {
            let (left, top) = (frame.x(x), frame.y(y))
            guard left >= frame.left - 0.5, left <= frame.right + 0.5, top >= frame.top - 0.5, top <= frame.bottom + 0.5
            else { continue }
            let place = Place(x: Int(left * 10) / grain * grain, y: Int(top * 10) / grain * grain)
            guard seen.insert(place).inserted else { continue }
            data += "M"
            Numeral.appendTenths(place.x, to: &data)
            data += " "
            Numeral.appendTenths(place.y, to: &data)
            data += "h0"
        }
        guard !data.isEmpty else { return "" }
        var markup = Markup()
        markup.element(
            "path",
            [
                "d": data, "fill": "none", "stroke": color, "stroke-width": Numeral.coordinate(radius * 2),
                "stroke-linecap": "round", "stroke-opacity": ".8", "aria-label": name ?? "dots",
            ])
        return markup.source
    }
}
