/// The ink, ground, letters and colours of a chart.
public struct Theme: Hashable, Sendable {
    /// The colour of letters and lines, as CSS writes it.
    public var ink: String
    /// The colour behind the chart, or nil for what the page has there.
    public var ground: String?
    /// The typefaces, best first, as CSS writes them.
    public var font: String
    /// The size of the letters on the axes, in pixels.
    public var size: Double
    /// The width of a chart that states none, in pixels.
    public var width: Double
    /// The colours of series, in order.
    public var palette: [String]

    /// A theme of one's own.
    public init(
        ink: String = "currentColor", ground: String? = nil, font: String = "system-ui,sans-serif", size: Double = 10,
        width: Double = 640, palette: [String] = Theme.categorical
    ) {
        self.ink = ink
        self.ground = ground
        self.font = font
        self.size = size
        self.width = width
        self.palette = palette
    }

    /// The page's ink on the page's ground, so that light and dark pages both read well.
    public static let automatic = Theme()
    /// Black on white, for paper.
    public static let light = Theme(ink: "#1b1e23", ground: "#ffffff")
    /// Light on near-black, for slides.
    public static let dark = Theme(ink: "#e3e5e8", ground: "#16181c")

    /// Ten colours that are told apart on light and dark grounds (the categorical scheme of Observable Plot).
    public static let categorical = [
        "#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e", "#9498a0",
    ]
}

extension Theme {
    /// The colour of a series.
    func color(_ index: Int) -> String {
        palette.isEmpty ? ink : palette[index % palette.count]
    }

    /// The dashes of a series' line: whole for the first lap through the palette, broken after it.
    func dashes(_ index: Int) -> String {
        switch palette.isEmpty ? index : index / palette.count {
        case 0: ""
        case 1: "5 3"
        default: "1.5 2.5"
        }
    }
}
