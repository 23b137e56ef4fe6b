/// A straight line across the whole chart at one value, with a word beside it: a mean, a limit, a baseline.
public struct Rule: Mark {
    private enum Place: Sendable {
        case x(Double)
        case y(Double)
    }

    private let place: Place
    private let label: String?

    /// A vertical line at a value of the horizontal axis.
    public init(x: Double, _ label: String? = nil) { (place, self.label) = (.x(x), label) }

    /// A horizontal line at a value of the vertical axis.
    public init(y: Double, _ label: String? = nil) { (place, self.label) = (.y(y), label) }

    public var isSeries: Bool { false }

    public func extents(x: Scale.Kind, y: Scale.Kind) -> (x: ClosedRange<Double>?, y: ClosedRange<Double>?) {
        switch place {
        case .x(let value): (Extent([value], on: x).bounds, nil)
        case .y(let value): (nil, Extent([value], on: y).bounds)
        }
    }

    public func elements(in frame: Frame, color: String, dashes: String) -> String {
        var markup = Markup()
        let size = frame.theme.size
        let line: String
        switch place {
        case .x(let value):
            let x = frame.x(value)
            guard x >= frame.left - 0.5, x <= frame.right + 0.5 else { return "" }
            line = "M\(Numeral.coordinate(x)) \(Numeral.coordinate(frame.top))V\(Numeral.coordinate(frame.bottom))"
            if let label {
                // Above the marks, clear of the axis' name on the left.
                let half = Letters.width(of: label, size: size) / 2
                let middle = min(max(x, frame.nameWidth + half), frame.right + 14 - half)
                markup.text(label, x: middle, y: frame.top - 4, ["text-anchor": "middle"])
            }
        case .y(let value):
            let y = frame.y(value)
            guard y >= frame.top - 0.5, y <= frame.bottom + 0.5 else { return "" }
            line = "M\(Numeral.coordinate(frame.left)) \(Numeral.coordinate(y))H\(Numeral.coordinate(frame.right))"
            if let label { markup.text(label, x: frame.right, y: y - 4, ["text-anchor": "end"]) }
        }
        markup.element(
            "path",
            ["d": line, "fill": "none", "stroke": frame.theme.ink, "stroke-dasharray": "3 3", "stroke-opacity": ".7"])
        return markup.source
    }
}
