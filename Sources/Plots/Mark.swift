import Notebook

/// Something that a plot draws over its axes: a line, dots, rectangles, a rule.
public protocol Mark: Displayable, Sendable {
    /// What a legend calls it; nil where a legend leaves it out.
    var name: String? { get }
    /// Whether it takes the palette's next colour.
    var isSeries: Bool { get }
    /// How a legend draws it.
    var swatch: Swatch { get }
    /// The least and the greatest value of each direction that the scales have a place for.
    func extents(x: Scale.Kind, y: Scale.Kind) -> (x: ClosedRange<Double>?, y: ClosedRange<Double>?)
    /// How many of how many values have no place on the scales.
    func unplaced(x: Scale.Kind, y: Scale.Kind) -> (count: Int, of: Int)
    /// SVG elements that draw it, in the colour of its turn.
    func elements(in frame: Frame, color: String, dashes: String) -> String
}

/// How a legend draws a mark.
public enum Swatch: Hashable, Sendable {
    /// A short piece of the line.
    case line
    /// A square of the colour.
    case square
    /// A disc of the colour.
    case dot
}

extension Mark {
    public var name: String? { nil }
    public var isSeries: Bool { true }
    public var swatch: Swatch { .square }
    public func unplaced(x: Scale.Kind, y: Scale.Kind) -> (count: Int, of: Int) { (0, 0) }

    /// A mark that is shown by itself stands in a plot.
    public var mimeBundle: MIMEBundle { Plot([self]).mimeBundle }
}

/// The rectangle that marks are drawn in, with its scales.
public struct Frame: Sendable {
    /// From values to pixels, left to right.
    public let x: Scale
    /// From values to pixels, bottom to top.
    public let y: Scale
    /// The ink, ground, letters and colours.
    public let theme: Theme
    /// The pixels that the name of the vertical axis takes above the upper left corner.
    let nameWidth: Double

    var left: Double { x.range.from }
    var right: Double { x.range.to }
    var top: Double { y.range.to }
    var bottom: Double { y.range.from }

    /// The pixels of the lower end of the vertical axis, where bars stand: zero where the axis has it.
    var baseline: Double {
        y.kind == .linear ? y(min(max(0, y.domain.lowerBound), y.domain.upperBound)) : bottom
    }
}
