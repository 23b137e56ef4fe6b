import Notebook
import Testing

@Suite struct ListBuilderTests {
    @Test func loopsAndConditionsGatherTheirElements() {
        func list(@ListBuilder<Int> _ elements: () -> [Int]) -> [Int] { elements() }
        let isOdd = false
        #expect(
            list {
                1; for index in 2...3 { index }; if isOdd { 9 }; if isOdd { 8 } else { 4 }
            } == [1, 2, 3, 4])
        #expect(list {} == [])
    }
}
