import Notebook
import Testing

@Suite struct JSONTests {
    @Test func textIsReadAndWrittenBack() {
        let text = #"{"a":[1,2.5,"é/",null,true],"b":{}}"#
        #expect(JSONValue(text: text)?.text == text)
        #expect(JSONValue(text: "{oops") == nil)
    }

    @Test func numbersAreReadAsTheKindThatIsWanted() {
        #expect(JSONValue(text: "3")?.double == 3 && JSONValue(text: "3.0")?.int == 3)
        #expect(
            JSONValue(text: "3.5")?.int == nil && JSONValue(text: "\"3\"")?.int == nil
                && JSONValue(text: "true")?.int == nil)
    }

    @Test func whatIsNotFiniteBecomesNull() {
        #expect((["x": .double(.nan)] as JSONValue).text == #"{"x":null}"#)
    }
}
