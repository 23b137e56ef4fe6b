import Notebook
import Testing

@Suite struct JSONTests {
    @Test func textIsReadAndWrittenBack() {
        let text = #"{"a":[1,2.5,"é/",null,true],"b":{}}"#
        #expect(JSON(text: text)?.text == text)
        #expect(JSON(text: "{oops") == nil)
    }

    @Test func numbersAreReadAsTheKindThatIsWanted() {
        #expect(JSON(text: "3")?.double == 3 && JSON(text: "3.0")?.int == 3)
        #expect(JSON(text: "3.5")?.int == nil && JSON(text: "\"3\"")?.int == nil && JSON(text: "true")?.int == nil)
    }

    @Test func whatIsNotFiniteBecomesNull() {
        #expect((["x": .double(.nan)] as JSON).text == #"{"x":null}"#)
    }
}
