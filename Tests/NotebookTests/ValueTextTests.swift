import Notebook
import Testing

@Suite struct ValueTextTests {
    enum Kind { case plain, ordered(by: String), pair(Int, Int) }
    struct Point: Equatable { var x = 1, y = 2 }
    struct Named { var name: String, kind: Kind, at: Point?, others: [Point] = [], lookup: [String: Point] = [:] }
    final class Box {}
    struct Spoken: CustomStringConvertible { let description = "spoken" }

    @Test func saysWhatSwiftSaysWithoutModules() {
        let expected: [(value: Any, text: String)] = [
            ("don't \\' \"", #""don't \\' \"""#), (["it's"], #"["it's"]"#), ([(1, "it's")], #"[(1, "it's")]"#),
            (5 as Any, "5"), ("a\n", #""a\n""#), ([1, 2], "[1, 2]"), (["a": [1.5]], #"["a": [1.5]]"#),
            (Int?.some(3), "Optional(3)"),
            (Int?.none as Any, "nil"), (Point(), "Point(x: 1, y: 2)"), ([Point()], "[Point(x: 1, y: 2)]"),
            (Point?.some(Point()), "Optional(Point(x: 1, y: 2))"), ((1, two: "b"), #"(1, two: "b")"#), (Box(), "Box"),
            (Kind.plain, "plain"), ([Kind.plain, .ordered(by: "x")], #"[Kind.plain, Kind.ordered(by: "x")]"#),
            (Kind.pair(1, 2), "pair(1, 2)"), (Spoken(), "spoken"), ([Spoken()], "[spoken]"),
            (["k": Point()], #"["k": Point(x: 1, y: 2)]"#),
            ([String: Point](), "[:]"), ([Point](), "[]"), (Result<Int, NumberError>.success(5), "success(5)"),
            (Int.self, "Int"), ({ (x: Int) in x > 1 }, "Function (Int) -> Bool"),
        ]
        for (value, text) in expected { #expect(MIMEBundle(showing: value).plainText == text) }
    }

    @Test func breaksWhatIsTooLong() {
        let value = Named(
            name: "something that takes most of a line, so that the rest of it does not fit",
            kind: .ordered(by: "name"),
            at: Point(x: -1, y: 0), others: [Point(), Point()])
        #expect(
            MIMEBundle(showing: [value]).plainText == """
                [
                    Named(
                        name: "something that takes most of a line, so that the rest of it does not fit",
                        kind: Kind.ordered(by: "name"),
                        at: Optional(Point(x: -1, y: 0)),
                        others: [Point(x: 1, y: 2), Point(x: 1, y: 2)],
                        lookup: [:]
                    )
                ]
                """)
    }

    @Test func endsWhereAListHasNoEnd() {
        indirect enum List { case end, link(Int, List) }
        var list = List.end
        for index in 0..<1000 { list = .link(index, list) }
        let text = MIMEBundle(showing: list).plainText
        #expect(text.contains("…") && text.count < 10_000)
    }

    struct NumberError: Error {}
}
