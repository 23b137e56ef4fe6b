import Notebook

/// A picture of numbers that a notebook shows as SVG.
///
/// A chart is a value: its modifiers return a changed copy.
///
/// ```swift
/// Histogram(scores).title("ROUGE-2").x("F-measure", in: 0...1)
/// ```
public protocol Chart: Displayable, Sendable {
    /// The title, sizes, axes and theme, which every chart has.
    var style: ChartStyle { get set }
    /// One sentence that says what the picture shows, for those who cannot see it.
    var summary: String { get }
    /// Draws the chart at a width in pixels; the height follows from the style.
    func drawing(width: Double) -> Drawing
}

/// What every chart lets a person change.
public struct ChartStyle: Sendable {
    /// A line above the chart.
    public var title: String?
    /// A line below the chart.
    public var caption: String?
    /// The width in pixels; the theme's where there is none.
    public var width: Double?
    /// The height in pixels of the whole chart; each kind has its own where there is none.
    public var height: Double?
    /// The horizontal axis.
    public var x = Axis()
    /// The vertical axis.
    public var y = Axis()
    /// The ink, ground, letters and colours.
    public var theme = Theme.automatic

    /// The style that charts start with.
    public init() {}
}

/// A drawn chart: SVG elements and the room that they take.
public struct Drawing: Sendable {
    /// The width in pixels.
    public let width: Double
    /// The height in pixels.
    public let height: Double
    /// SVG elements whose origin is the chart's upper left corner.
    public let elements: String

    /// Elements that fill a rectangle of the given size.
    public init(width: Double, height: Double, elements: String) {
        self.width = width
        self.height = height
        self.elements = elements
    }
}

extension Chart {
    /// The chart with a line above it.
    public func title(_ text: String) -> Self { changed { $0.title = text } }

    /// The chart with a line below it.
    public func caption(_ text: String) -> Self { changed { $0.caption = text } }

    /// The chart at a size in pixels; what is nil stays as it was.
    public func size(width: Double? = nil, height: Double? = nil) -> Self {
        changed {
            $0.width = width ?? $0.width
            $0.height = height ?? $0.height
        }
    }

    /// The chart with a named horizontal axis, over a range of values and a scale of one's own choice.
    public func x(_ label: String? = nil, in domain: ClosedRange<Double>? = nil, scale: Scale.Kind? = nil) -> Self {
        changed { $0.x.change(label: label, domain: domain, kind: scale) }
    }

    /// The chart with a named vertical axis, over a range of values and a scale of one's own choice.
    public func y(_ label: String? = nil, in domain: ClosedRange<Double>? = nil, scale: Scale.Kind? = nil) -> Self {
        changed { $0.y.change(label: label, domain: domain, kind: scale) }
    }

    /// The chart in another theme.
    public func theme(_ theme: Theme) -> Self { changed { $0.theme = theme } }

    /// The chart as an SVG document.
    public var svg: SVG {
        let inside = changed { $0.height = $0.height.map { $0 - 2 * Page.margin } }
        let drawing = inside.drawing(width: style.drawnWidth - 2 * Page.margin)
        return SVG(Page(drawing, style: style, summary: summary).source, alternative: summary)
    }

    public var mimeBundle: MIMEBundle { svg.mimeBundle }

    private func changed(_ change: (inout ChartStyle) -> Void) -> Self {
        var copy = self
        change(&copy.style)
        return copy
    }
}

extension ChartStyle {
    /// The width at which a chart is drawn on its own.
    var drawnWidth: Double {
        guard let width, width.isFinite else { return theme.width }
        return min(max(width, 80), 8000)
    }

    /// The height at which a chart is drawn, where it has a height of its own choice.
    func drawnHeight(or usual: Double) -> Double {
        guard let height, height.isFinite else { return usual }
        return min(max(height, 60), 8000)
    }
}
