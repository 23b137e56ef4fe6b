import Testing

import Plots

@Suite struct ScaleTests {
    @Test func ticksAreRoundAndInsideTheDomain() {
        #expect(Scale(0...1, to: (0, 100)).ticks(about: 5).map(\.label) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Scale(-3...12, to: (0, 100)).ticks(about: 4).map(\.label) == ["0", "5", "10"])
        #expect(
            Scale(0...50_000, to: (0, 100)).ticks(about: 5).map(\.label) == ["0", "10k", "20k", "30k", "40k", "50k"])
    }

    @Test func logarithmicTicksArePowers() {
        let scale = Scale(1...1000, to: (0, 300), kind: .logarithmic)
        #expect(scale.ticks(about: 4).map(\.value) == [1, 10, 100, 1000])
        #expect(abs(scale(10) - 100) < 1e-9)
        #expect(!scale(-1).isFinite)
    }

    @Test func aDomainWithoutExtentIsWidened() {
        #expect(Scale(3...3, to: (0, 1)).domain.contains(3))
        #expect(Scale(-5...0, to: (0, 1), kind: .logarithmic).domain.lowerBound > 0)
        #expect(Scale(0...0, to: (0, 10))(0) == 5)
    }

    @Test func numbersAreWrittenShort() {
        #expect(Numeral.coordinate(0.5) == ".5")
        #expect(Numeral.coordinate(-12.04) == "-12")
        #expect(Numeral.coordinate(.nan) == "0")
        #expect(Numeral.brief(0.34561) == "0.346")
        #expect(Numeral.brief(-1_234_567) == "−1.23M")
        #expect(Numeral.brief(2e-9) == "2×10⁻⁹")
        #expect(Numeral.brief(1500) == "1500")
    }
}
