/// A drawing as a whole SVG document.
struct Page {
    let source: String

    init(_ drawing: Drawing, style: ChartStyle, summary: String) {
        let theme = style.theme
        let (width, height) = (Numeral.coordinate(drawing.width), Numeral.coordinate(drawing.height))
        var markup = Markup()
        markup.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                "viewBox": "0 0 \(width) \(height)", "role": "img", "aria-label": style.title ?? summary,
                "fill": theme.ink, "font-family": theme.font, "font-size": Numeral.coordinate(theme.size),
                "style": "max-width:100%;height:auto",
            ]
        ) { page in
            page.element("title", [:]) { $0.raw(Markup.escaped(style.title ?? summary)) }
            page.element("desc", [:]) { $0.raw(Markup.escaped(summary)) }
            if theme.ink == "currentColor" { page.raw(Page.inkOfItsOwn) }
            if let ground = theme.ground { page.element("rect", ["width": width, "height": height, "fill": ground]) }
            page.raw(drawing.elements)
        }
        source = markup.source
    }

    /// A picture that a page holds as an image inherits no ink, and cannot know the page's ground: greys that read on
    /// both. `:root` keeps the rule out of pages that hold the picture inline.
    private static let inkOfItsOwn =
        "<style>svg:root{color:#707070}@media(prefers-color-scheme:dark){svg:root{color:#8f8f8f}}</style>"
}
