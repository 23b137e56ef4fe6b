/// Rectangles over the axes, each from one pair of values to another: the bars of a chart, the bins of a histogram.
public struct Rectangles: Mark {
    /// One rectangle: its sides in the axes' values, and what is said of it.
    public struct Box: Hashable, Sendable {
        var x: ClosedRange<Double>
        var y: Double
        var note: String
        var value: String?

        /// A rectangle from the base line to a value.
        ///
        /// - Parameters:
        ///   - note: what a pointer that rests on it reads.
        ///   - value: what is written over it, where there is room.
        public init(x: ClosedRange<Double>, y: Double, note: String, value: String? = nil) {
            self.x = x
            self.y = y
            self.note = note
            self.value = value
        }
    }

    public let name: String?
    let boxes: [Box]
    /// The pixels kept free on each side.
    let inset: Double

    /// Rectangles that share a colour.
    public init(_ name: String? = nil, _ boxes: [Box], inset: Double = 0.5) {
        self.name = name
        self.boxes = boxes
        self.inset = inset
    }

    public func extents(x: Scale.Kind, y: Scale.Kind) -> (x: ClosedRange<Double>?, y: ClosedRange<Double>?) {
        var values = Extent(boxes.map(\.y), on: y)
        if y == .linear, values.bounds != nil { values.include(0) }
        if let bounds = values.bounds, bounds.lowerBound < 0, boxes.contains(where: { $0.value != nil }) {
            // Room for the figures under bars that hang.
            values.include(bounds.lowerBound - (bounds.upperBound - bounds.lowerBound) * 0.07)
        }
        return (Extent(boxes.flatMap { [$0.x.lowerBound, $0.x.upperBound] }, on: x).bounds, values.bounds)
    }

    public func unplaced(x: Scale.Kind, y: Scale.Kind) -> (count: Int, of: Int) {
        (boxes.count { !y.places($0.y) }, boxes.count)
    }

    public func elements(in frame: Frame, color: String, dashes: String) -> String {
        var markup = Markup()
        markup.element("g", ["fill": color, "aria-label": name ?? "bars"]) { group in
            for box in boxes {
                let (left, right) = (frame.x(box.x.lowerBound) + inset, frame.x(box.x.upperBound) - inset)
                let value = frame.y(box.y)
                guard left.isFinite, right.isFinite, value.isFinite else { continue }
                let (top, bottom) = (min(value, frame.baseline), max(value, frame.baseline))
                guard bottom - top > 0.04 else { continue }
                group.element(
                    "rect",
                    [
                        "x": Numeral.coordinate(left), "y": Numeral.coordinate(top),
                        "width": Numeral.coordinate(max(0.3, right - left)), "height": Numeral.coordinate(bottom - top),
                    ]
                ) { rect in
                    rect.element("title", [:]) { $0.raw(Markup.escaped(box.note)) }
                }
            }
        }
        writeValues(in: frame, into: &markup)
        return markup.source
    }

    /// Writes the values over the bars, if all of them have room.
    private func writeValues(in frame: Frame, into markup: inout Markup) {
        let size = frame.theme.size * 0.9
        let labelled = boxes.filter { $0.value != nil && frame.y.kind.places($0.y) }
        guard !labelled.isEmpty else { return }
        let hasRoom = labelled.allSatisfy {
            Letters.width(of: $0.value ?? "", size: size) <= frame.x($0.x.upperBound) - frame.x($0.x.lowerBound) + 2
        }
        guard hasRoom else { return }
        markup.element(
            "g", ["text-anchor": "middle", "font-size": Numeral.coordinate(size), "aria-hidden": "true"]
        ) { group in
            for box in labelled {
                let middle = (frame.x(box.x.lowerBound) + frame.x(box.x.upperBound)) / 2
                let end = frame.y(box.y)
                group.text(box.value ?? "", x: middle, y: end <= frame.baseline ? end - 3 : end + size + 1)
            }
        }
    }
}
