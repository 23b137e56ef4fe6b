import Notebook
import Testing

@Suite struct PaceTests {
    @Test func theRestIsForetoldFromTheRate() throws {
        var pace = Pace(total: 100)
        let start = ContinuousClock.now
        pace.reach(20, at: start + .seconds(10))
        pace.reach(40, at: start + .seconds(20))
        let left = try #require(pace.secondsLeft)
        #expect(abs(left - 30) < 0.5)
        #expect(pace.share == 0.4)
        #expect(Pace().share == nil && Pace(total: 5).secondsLeft == nil)
    }

    @Test func timesAndCountsReadWell() {
        #expect(
            [0.44, 12.2, 60, 200, 7500].map { written(seconds: $0) } == [
                "0.4 s", "12 s", "1 min", "3 min 20 s", "2 h 5 min",
            ])
        #expect(written(seconds: .infinity) == "unknown")
        #expect([7, 999, 1000, 12_345_678].map { written(count: $0) } == ["7", "999", "1,000", "12,345,678"])
    }
}
