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
        markup.text(
            figures.joined(separator: " · "), x: 0, y: size + 3,
            ["font-size": "11", "style": "font-variant-numeric:tabular-nums"])
        bar(width: width, opacity: ".15", into: &markup, y: size + 10)
        bar(width: width * share, opacity: "", color: style.theme.palette.first ?? "", into: &markup, y: size + 10)
        let top = size + 26
        let curve = run.lossCurve.theme(style.theme).size(height: 270).drawing(width: width)
        markup.element("g", ["transform": "translate(0 \(Int(top)))"]) { $0.raw(curve.elements) }
        return Drawing(width: width, height: top + curve.height, elements: markup.source)
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
