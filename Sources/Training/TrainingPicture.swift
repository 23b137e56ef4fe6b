import Notebook
import Plots

/// A training as one picture: a bar of what is done, the figures of the moment, the loss curve.
struct TrainingPicture: Chart {
    var style = ChartStyle()
    private let run: TrainingRun
    private let secondsLeft: Double?

    init(_ run: TrainingRun, secondsLeft: Double? = nil) {
        (self.run, self.secondsLeft) = (run, secondsLeft)
    }

    private var figures: [String] {
        var words = run.figures
        if let secondsLeft, run.ending == nil { words.insert("\(written(seconds: secondsLeft)) left", at: 1) }
        return words
    }

    var summary: String { "Training: " + figures.joined(separator: " · ") }

    func drawing(width: Double) -> Drawing {
        var markup = Markup()
        let share = min(1, Double(run.steps.count) / Double(max(1, run.plannedSteps)))
        let size = style.theme.size
        let lines = lines(within: width)
        for (index, line) in lines.enumerated() {
            markup.text(
                line, x: 0, y: size + 3 + Double(index) * Self.leading,
                ["font-size": String(Int(Self.letters)), "style": "font-variant-numeric:tabular-nums"])
        }
        let under = size + 10 + Double(lines.count - 1) * Self.leading
        bar(width: width, opacity: ".15", into: &markup, y: under)
        bar(width: width * share, opacity: "", color: style.theme.palette.first ?? "", into: &markup, y: under)
        let top = under + 16
        let curve = run.lossCurve.theme(style.theme).size(height: 270).drawing(width: width)
        markup.element("g", ["transform": "translate(0 \(Int(top)))"]) { $0.raw(curve.elements) }
        return Drawing(width: width, height: top + curve.height, elements: markup.source)
    }

    /// The size of the figures, and how far apart their lines are, in pixels.
    private static let letters = 11.0, leading = 15.0

    /// The figures in as many lines as they need.
    private func lines(within width: Double) -> [String] {
        figures.reduce(into: []) { lines, figure in
            let longer = lines.last.map { "\($0) · \(figure)" } ?? figure
            if !lines.isEmpty, Letters.width(of: longer, size: Self.letters) <= width {
                lines[lines.count - 1] = longer
            } else {
                lines.append(figure)
            }
        }
    }

    private func bar(width: Double, opacity: String, color: String = "", into markup: inout Markup, y: Double) {
        markup.element(
            "rect",
            [
                "x": "0", "y": String(y), "width": String(width.rounded()), "height": "6", "rx": "3", "fill": color,
                "fill-opacity": opacity,
            ])
    }

    /// The picture while it changes: the SVG inside of HTML, which front ends exchange without a flicker.
    var movingBundle: MIMEBundle {
        var bundle = mimeBundle
        bundle.data["text/html"] = bundle.data["image/svg+xml"]
        return bundle
    }
}
