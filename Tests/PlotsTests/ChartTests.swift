import Foundation
import Notebook
import Testing

import Plots

@Suite struct ChartTests {
    @Test func aMarkByItselfStandsInAPlot() {
        let bundle = Line("loss", [3.0, 2, 1]).mimeBundle
        #expect(bundle.data["image/svg+xml"]?.contains("<path") == true)
        #expect(bundle.plainText == "Plot of loss, values from 1 to 3")
        #expect(LineChart(x: [1, 2, 4], y: [3.0, 2, 1]).x("step").summary.contains("over step 1 to 4"))
    }

    @Test func everythingAPersonWroteIsEscaped() {
        let nasty = "<script>\"&'\u{1}</svg>"
        let charts: [any Chart] = [
            LineChart([nasty: [1.0, 2]]).title(nasty).x(nasty).y(nasty).caption(nasty),
            Bars([nasty: 1.0]).title(nasty),
            HeatMap([[1.0, 2], [3, 4]], labels: [nasty, nasty]).title(nasty),
            Grid { Histogram([1.0, 2, 3]).title(nasty) }.title(nasty),
        ]
        for chart in charts {
            #expect(!chart.svg.source.contains("<script"))
            #expect(isWellFormed(chart.svg.source))
        }
    }

    @Test func numbersOfEveryKindHaveAPlace() {
        let counts = ["ten": 10, "two": 2]
        #expect(Bars(counts).summary == "Bars: ten 10, two 2")
        #expect(Bars([10: 1, 9: 2]).summary == "Bars: 9 2, 10 1")
        #expect(Bars(counts.sorted { $0.value < $1.value }.prefix(1)).summary == "Bars: two 2")
        #expect(Bars(["b": 1, "a": 2.5]).summary == "Bars: b 1, a 2.5")
        #expect(Bars("xy", [3, nil]).summary.hasPrefix("Bars: x 3"))
        #expect(!Bars("xy", [3, nil]).svg.source.contains("nan"))
        #expect(Bars([2024, 2025], ["new": [1, 2]]).summary == "Bars: new 2024 1, new 2025 2")
        #expect(Bars(["g"], ["b": [1], "a": [2]].mapValues { $0 + [9] }).summary == "Bars: a g 2, b g 1")
        #expect(
            LineChart(["b": [1.5], "a": [2]].mapValues { $0 }).summary == "Line chart of a, b, values from 1.5 to 2")
        #expect(LineChart([1, nil, 3]).svg.source.contains("1 of 3 values left out: not finite"))
        let plot = Plot {
            Line([UInt8(1), 2])
            Line("floats", [Float(1)])
            Dots(x: 0..<3, y: [4, 5, 6])
        }
        #expect(plot.summary == "Plot of floats, values from 1 to 6")
        #expect(HeatMap([[1, 2], [3, 4]]).summary == "Heat map of 2 by 2 values from 1 to 4")
        #expect(Histogram([1, 3]).mean == 2)
    }

    @Test func valuesOfOneSignAreNotSeenFromZero() {
        let likelihoods = HeatMap([[-3.8, -3.7], [-3.75, -3.72]])
        #expect(likelihoods.svg.source.contains(">−3.7<") && !likelihoods.svg.source.contains(">3.8<"))
        #expect(HeatMap([[-1.0, 0.5]]).svg.source.contains(">1<"))
        #expect(!Bars(["a": 0, "b": 0]).svg.source.contains("−"))
    }

    @Test func emptyAndNotFiniteDataSayWhatIsMissing() {
        #expect(LineChart([Double]()).svg.source.contains("No values to show"))
        #expect(Histogram([Double.nan, .infinity]).svg.source.contains("2 of 2 values left out: not finite"))
        #expect(LineChart([1.0, .nan, 3]).svg.source.contains("1 of 3 values left out: not finite"))
        #expect(LineChart([0.0, 1, 10]).y(scale: .logarithmic).svg.source.contains("not above zero"))
        #expect(HeatMap([[Double.nan]]).svg.source.contains("None of the values is finite"))
        #expect(HeatMap([[1.0, .nan]]).svg.source.contains("1 of 2 cells are not finite"))
        #expect(HeatMap([[Double]]()).svg.source.contains("No values to show"))
        #expect(Bars([String](), [Double]()).svg.source.contains("No values to show"))
        #expect(Grid {}.svg.source.contains("No charts to show"))
    }

    @Test func extremeNumbersDrawWithoutATrap() {
        let extremes = [-Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, 1e-300, .greatestFiniteMagnitude]
        let charts: [any Chart] = [
            LineChart(extremes), LineChart(extremes).y(scale: .logarithmic), Histogram(extremes),
            Bars(["a": 1e308, "b": -1e308]),
            HeatMap([extremes]), HeatMap([extremes]).colors(.viridis), LineChart([5.0]), LineChart([0.0, 0]),
            Histogram([7.0]), Histogram([3, 3, 3]), LineChart([1.0, 2]).size(width: .nan, height: -5),
            LineChart([1.0, 2]).x(in: 5...5).y(in: 0...0), Histogram([1.0], bins: -4), Histogram(extremes, bins: .max),
            Grid(columns: 100_000) { LineChart([1.0]) },
            Plot {
                Dots(x: extremes, y: extremes); Rule(x: .nan); Rule(y: 1e308)
            },
        ]
        for chart in charts {
            let source = chart.svg.source
            #expect(isWellFormed(source))
            #expect(!source.contains("nan") && !source.contains("inf\""))
        }
    }

    @Test func picturesTakeThePagesInkAndTheirTextTellsWhatTheyShow() {
        let chart = Histogram([0.25, 0.5, 0.75]).title("ROUGE-2").x("F-measure")
        let bundle = chart.mimeBundle
        #expect(bundle.plainText == "ROUGE-2: Histogram of 3 values from 0.25 to 0.75, mean 0.5")
        #expect(bundle.data["image/svg+xml"]?.contains("fill=\"currentColor\"") == true)
        #expect(bundle.data["image/svg+xml"]?.contains("<title>ROUGE-2</title>") == true)
        #expect(chart.theme(.dark).svg.source.contains("#16181c"))
        // As an image it brings its own ink and ground, in the page's colour scheme.
        #expect(chart.svg.source.contains("svg:root{color:#1b1e23;background:#fff}"))
        #expect(chart.svg.source.contains("@media(prefers-color-scheme:dark)"))
        #expect(!chart.theme(.light).svg.source.contains(":root"))
        #expect(chart.size(width: 300, height: 200).svg.source.contains("width=\"300\" height=\"200\""))
    }

    @Test func manyPointsStaySmallAndKeepTheirPeaks() {
        var values = (0..<100_000).map { sin(Double($0) / 50) }
        values[70_001] = 9
        let source = LineChart(values).svg.source
        #expect(source.utf8.count < 125_000)
        let without = LineChart(values.map { min($0, 1) }).y(in: -1...9).svg.source
        let ratio = height(LineChart(values).y(in: -1...9).svg.source) / height(without)
        #expect(abs(ratio - 5) < 0.05)  // from -1 to 9 with the peak, from -1 to 1 without it
    }

    @Test func histogramsOfOneGridShareTheirSteps() {
        let low = Histogram([0.1, 0.2, 0.3]), high = Histogram([0.7, 0.8, 0.9, 0.8])
        let source = Grid {
            low; high
        }.svg.source
        #expect(
            source.components(separatedBy: ">0.2 to 0.25:").count
                == source.components(separatedBy: ">0.8 to 0.85:").count)
        #expect(
            Grid(sharesScales: false) {
                low; high
            }.svg.source != source)
    }

    @Test func barsOfAGroupHaveALegendAndTheirValues() {
        let source = Bars(["grammar", "plot"], ["small": [1.7, 1.05], "large": [5.3]]).svg.source
        for text in [">small</text>", ">large</text>", ">grammar</text>", ">1.05</text>", "large, grammar: 5.3"] {
            #expect(source.contains(text))
        }
    }

    /// How far the line of a line chart reaches from top to bottom, in pixels.
    private func height(_ source: String) -> Double {
        let path = source.components(separatedBy: "d=\"").last { $0.contains("stroke-linejoin") } ?? ""
        var numbers: [Double] = []
        var text = ""
        for character in path.prefix(while: { $0 != "\"" }) + " " {
            if character.isNumber || character == "." && !text.contains(".") {
                text.append(character)
            } else {
                if let number = Double(text) { numbers.append(number) }
                text = character == "-" || character == "." ? String(character) : ""
            }
        }
        var (y, low, high) = (0.0, Double.infinity, -Double.infinity)
        for index in stride(from: 1, to: numbers.count, by: 2) {
            y += numbers[index]
            (low, high) = (min(low, y), max(high, y))
        }
        return high - low
    }
}

/// Whether every tag is closed in its turn and no stray ampersand is left.
func isWellFormed(_ source: String) -> Bool {
    var open: [Substring] = []
    var rest = source[...]
    while let start = rest.firstIndex(of: "<") {
        guard !rest[..<start].contains(">"), let end = rest[start...].firstIndex(of: ">") else { return false }
        let tag = rest[rest.index(after: start)..<end]
        guard !tag.contains("<") else { return false }
        if tag.hasPrefix("/") {
            guard open.popLast() == tag.dropFirst() else { return false }
        } else if !tag.hasSuffix("/") {
            open.append(tag.prefix { $0 != " " })
        }
        rest = rest[rest.index(after: end)...]
    }
    let entities = source.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
    return open.isEmpty
        && entities.allSatisfy { part in ["amp;", "lt;", "gt;", "quot;"].contains { part.hasPrefix($0) } }
}
