import Foundation
import Notebook
import Testing

@Suite struct TableTests {
    struct Bird { let name: String, weight: Double?, lands: Bool }
    let birds = [Bird(name: "martlet", weight: nil, lands: false), Bird(name: "owl <3", weight: 1.25, lands: true)]

    @Test func showsValuesWithTheirPropertiesAsColumns() throws {
        let table = Table(birds)
        #expect(
            table.description == """
                name     weight  lands
                martlet          false
                owl <3     1.25  true
                """)
        let html = try #require(table.mimeBundle.data["text/html"])
        #expect(html.contains("owl &lt;3") && html.contains("text-align:right"))
        #expect(table["name"] == ["martlet", "owl <3"])
        #expect(table.numbers("weight") == [nil, 1.25])
        #expect(Table(table.filter { $0["lands"] == "true" }).description.contains("owl"))
        #expect(table.first { $0.number("weight") != nil }?["name"] == "owl <3")
    }

    @Test func isMadeOfColumnsTuplesDictionariesAndWords() {
        #expect(Table(["n": [1, 20], "word": ["a", "b"]]).description == " n  word\n 1  a\n20  b")
        #expect(Table([(key: "a", value: 1)]).columns == ["key", "value"])
        #expect(Table([["b": 1, "a": 2], ["c": 3]]).columns == ["a", "b", "c"])
        #expect(Table(["some", "words"]).columns == ["value"])
        #expect(Table([[1, 2], [3, 4]]).columns == ["0", "1"])
        #expect(Table([Int]()).description == "")
        #expect(Table([0.123456789]).description == "   value\n0.123457")
    }

    @Test func aLongTableSaysHowMuchIsLeftOut() {
        let table = Table(0..<100)
        #expect(table.count == 100)
        #expect(table.description.hasSuffix("29\nand 70 more rows"))
        #expect(Table([String(repeating: "x", count: 99)]).description.count < 50)
    }

    @Test func readsCommaSeparatedValues() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        func table(_ text: String, separator: Unicode.Scalar = ",") throws -> Table {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return try Table(csv: file, separator: separator)
        }
        let scores = try table("\u{FEFF}id,said\r\n1,\"a \"\"b\"\",\nc\"\r\n\r\n2\r\n3,4,5")
        #expect(scores.columns == ["id", "said"])
        #expect(scores["said"] == ["a \"b\",\nc", "", "4"])
        #expect(scores.numbers("id") == [1, 2, 3])
        #expect(try table("a;b\n1;2,5", separator: ";")["b"] == ["2,5"])
        #expect(try table("").isEmpty)
        #expect(throws: TableError(description: "\(file):2: the quote that begins here does not end")) {
            try table("a\n\"b\nc")
        }
        #expect(throws: TableError.self) { try Table(csv: "/nowhere/scores.csv") }
    }
}
