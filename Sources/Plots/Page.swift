/// A drawing as a whole SVG document.
struct Page {
    /// The room around the drawing, so that letters keep clear of the edge of a ground.
    static let margin = 8.0

    let source: String

    init(_ drawing: Drawing, style: ChartStyle, summary: String) {
        let theme = style.theme
        let (width, height) = (
            Numeral.coordinate(drawing.width + 2 * Self.margin), Numeral.coordinate(drawing.height + 2 * Self.margin)
        )
        let corner = Numeral.coordinate(-Self.margin)
        var markup = Markup()
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                "viewBox": "\(corner) \(corner) \(width) \(height)", "role": "img",
                "aria-label": style.title ?? summary,
                "fill": theme.ink, "font-family": theme.font, "font-size": Numeral.coordinate(theme.size),
                "style": "max-width:100%;height:auto",
            ]
        ) { page in
            page.element("title", [:]) { $0.raw(Markup.escaped(style.title ?? summary)) }
            page.element("desc", [:]) { $0.raw(Markup.escaped(summary)) }
            if theme.ink == "currentColor" { page.raw(Self.inkAndGround) }
            if let ground = theme.ground {
                page.element("rect", ["x": corner, "y": corner, "width": width, "height": height, "fill": ground])
            }
            page.raw(drawing.elements)
        }
        source = markup.source
    }

    /// A picture that a page holds as an image inherits no ink and does not know the ground: it brings both, so that it
    /// reads well on every page. `:root` keeps the rule out of pages that hold the picture inline.
    private static let inkAndGround =
        "<style>svg:root{color:#1b1e23;background:#fff}"
        + "@media(prefers-color-scheme:dark){svg:root{color:#e3e5e8;background:#111}}</style>"
}
