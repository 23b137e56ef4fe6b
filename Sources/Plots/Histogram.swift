import Foundation

/// How often values fall into equal steps of their range.
///
/// The steps are round numbers, about as many as Scott's rule asks for. A dashed rule marks the mean. Histograms of
/// one `Grid` share their steps and both axes, so that they can be compared.
public struct Histogram: Chart {
    public var style = ChartStyle()
    private let values: [Double]
    private let total: Int
    private let asked: Int?
    private let isWhole: Bool
    private var shared: Bins?
    private var highest: Double?

    /// The distribution of values; those that are not finite are left out, and the picture says so. The steps of whole
    /// numbers stand in their middle.
    ///
    /// - Parameter bins: about how many steps there are to be.
    public init<Value: Plottable>(_ values: some Sequence<Value>, bins: Int? = nil) {
        isWhole = Value.self is any BinaryInteger.Type
        let all = values.map(\.axisValue)
        self.values = all.filter(\.isFinite)
        total = all.count
        asked = bins
    }

    /// The arithmetic mean of the finite values, or nil where there are none.
    public var mean: Double? {
        values.isEmpty ? nil : values.reduce(0) { $0 + $1 / Double(values.count) }
    }

    public var summary: String {
        var sentence = "Histogram of \(values.count) values"
        if let bounds = Extent(values).bounds, let mean {
            sentence += " from \(Numeral.brief(bounds.lowerBound)) to \(Numeral.brief(bounds.upperBound))"
            sentence += ", mean \(Numeral.brief(mean))"
        }
        return (style.title.map { "\($0): " } ?? "") + sentence
    }

    public func drawing(width: Double) -> Drawing {
        plot.drawing(width: width)
    }

    private var plot: Plot {
        let bins = bins
        let boxes = bins.map { bins in
            zip(bins.ranges, bins.counts(of: values)).map { range, count in
                Rectangles.Box(
                    x: range, y: Double(count),
                    note: "\(Numeral.brief(range.lowerBound)) to \(Numeral.brief(range.upperBound)): \(count)")
            }
        }
        var marks: [any Mark] = [Rectangles(nil, boxes ?? [])]
        if let mean { marks.append(Rule(x: mean, "mean \(Numeral.brief(mean))")) }
        var plot = Plot(marks)
        plot.style = style
        plot.subject = summary
        plot.usualY = Axis(label: "count", domain: highest.map { 0...max(1, $0) })
        plot.usualY.isWhole = true
        plot.usualX.isWhole = isWhole
        if total > values.count {
            let note = "\(total - values.count) of \(total) values left out: not finite"
            plot.style.caption = [style.caption, note].compactMap { $0 }.joined(separator: " · ")
        }
        return plot
    }

    private var bins: Bins? {
        shared ?? Bins(of: values, about: asked, within: style.x.domain, isWhole: isWhole)
    }
}

extension Histogram: SharesScales {
    func sharing(with peers: [Histogram]) -> Histogram {
        var copy = self
        copy.shared = Bins(of: peers.flatMap(\.values), about: asked, within: style.x.domain, isWhole: isWhole)
        let counts = peers.flatMap { copy.shared?.counts(of: $0.values) ?? [] }
        copy.highest = counts.max().map(Double.init)
        return copy
    }
}

/// Equal steps between round numbers.
struct Bins: Hashable, Sendable {
    private let start: Double
    private let step: Double
    private let count: Int

    /// Steps for the distribution of values, or nil where there are no values; whole numbers stand in their middle.
    init?(of values: [Double], about asked: Int?, within domain: ClosedRange<Double>?, isWhole: Bool) {
        guard let bounds = domain ?? Extent(values).bounds else { return nil }
        let usable = Scale(bounds, to: (0, 1)).domain
        let wanted = min(max(1, asked ?? Bins.scott(values, over: usable.upperBound - usable.lowerBound)), 200)
        let round = Scale.roundStep(in: usable, about: wanted)
        step = isWhole ? max(1, round) : round
        start = (usable.lowerBound / step + 1e-9).rounded(.down) * step - (isWhole ? 0.5 : 0)
        count = min(max(1, Int(((usable.upperBound - start) / step - 1e-9).rounded(.up))), 2_000)
    }

    var ranges: [ClosedRange<Double>] {
        (0..<count).map { start + Double($0) * step...start + Double($0 + 1) * step }
    }

    /// How many values each step holds; the last one holds its upper end too.
    func counts(of values: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: count)
        for value in values {
            let place = (value - start) / step
            guard place >= -1e-9, place <= Double(count) + 1e-9 else { continue }
            counts[min(max(0, Int(place + 1e-9)), count - 1)] += 1
        }
        return counts
    }

    /// The number of steps by Scott's rule (1979): a width of 3.49 s / n^(1/3), made finer by half
    /// because a picture forgives noise sooner than it forgives a shape that is lost.
    private static func scott(_ values: [Double], over breadth: Double) -> Int {
        guard values.count > 1 else { return 1 }
        let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / Double(values.count - 1) }
        let width = 3.49 * variance.squareRoot() / cbrt(Double(values.count))
        guard width > 0, width.isFinite else { return 10 }
        return Int(min(max(1.5 * breadth / width, 8), 100))
    }
}
