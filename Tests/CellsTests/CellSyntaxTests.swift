import Cells
import Testing

@Suite struct CellSyntaxTests {
    @Test func columnsLeadBackToThePersonsText() {
        let text = CellSyntax("let a = 1\na + missing").text
        #expect(text.edited.hasSuffix("__show(a + missing)"))
        let line = text.edited.split(separator: "\n")[1]
        let column = line.utf8.count - ")missing".utf8.count + 1
        #expect(text.originalColumn(line: 2, column: column) == 5)
        #expect(text.originalColumn(line: 1, column: 5) == 5)
    }

    @Test func namesWhatItDeclares() {
        #expect(CellSyntax("let (a, b) = (1, 2); func f() {}; struct S {}").names == ["a", "b", "f", "S"])
        #expect(!CellSyntax("print(1)").declares)
        #expect(CellSyntax("import Glibc").declares)
        #expect(!CellSyntax("import Foundation").declares)
    }

    @Test func aSemicolonHidesTheResult() {
        #expect(CellSyntax("1 + 1;").text.edited == "1 + 1;")
    }

    @Test func aMagicBelowCodeIsSeen() {
        let misplaced = MagicText("%time\nlet a = 7\n  %who\n").misplaced
        #expect(misplaced?.line == 3 && misplaced?.name == "who")
        #expect(MagicText("%time\nlet a = 7\n    % 2").misplaced == nil)
    }

    @Test func tellsWholeCellsFromHalfOnes() {
        #expect(TextCompleteness("let a = 1") == .complete)
        #expect(TextCompleteness("func f() {\n    let a = [") == .incomplete(indent: "        "))
        #expect(TextCompleteness("let = = 1 }") == .invalid)
        #expect(TextCompleteness("func f()") == .incomplete(indent: ""))
        #expect(TextCompleteness("@_silgen_name(\"f\") func f()") == .complete)
    }

    @Test(arguments: [
        "/* open", "let a = 1 /* open", "/* outer /* inner */", "/** text\n", "let a = \"\"\"\nopen", "\"\"\"",
        "let a = #\"\"\"\nopen \"\"\"\n", "\"\"\"\n  a\n b",
    ])
    func aCommentOrStringOfSeveralLinesMayStillEnd(text: String) {
        #expect(TextCompleteness(text) == .incomplete(indent: ""))
    }

    @Test(arguments: ["let a = \"open", "let = = 1 } /* open", "let a = #\"open\""])
    func whatFollowsMendsNothingBeforeIt(text: String) {
        #expect(TextCompleteness(text) == .invalid)
    }

    @Test(arguments: ["[", "[[", "[(", "[any ", "let x: [\n[", String(repeating: "a<", count: 50)])
    func bracketsThatNoParserFollowsAreRefused(piece: String) {
        let text = "// [[[[[[[[[[[[[[\nlet x = " + String(repeating: piece, count: 60)
        #expect(CellSyntax(text).refusal?.text == "brackets are nested too deeply here for the compiler")
        #expect(TextCompleteness(text) == .invalid)
    }

    @Test(arguments: [
        "let s = \"[[[[[[[[[[[[[[[[[[[[[[\\\"[[\" + #\"\\[[[[[[[[[[[[[[[[[[\"#",
        "/* [[[[[[[[[[[[[[[[ */ let a = [[[[1]]]]",
        "let a = [" + String(repeating: "[1, 2], ", count: 300) + "]", "let a = \"\"\"\n[[[[[[[[[[[[[[[[[[[[\n\"\"\"",
    ])
    func otherBracketsAreNot(text: String) {
        #expect(CellSyntax(text).refusal == nil)
        #expect(TextCompleteness(text) == .complete)
    }

    @Test(arguments: [("a < ", 1_000), ("a<", 1_000), ("try ", 10_000), ("(a) -> ", 5_000), ("- ", 10_000)])
    func aLongChainOverflowsNoStack(piece: String, count: Int) {
        #expect(CellSyntax("let x = " + String(repeating: piece, count: count) + "b").names == ["x"])
    }
}
