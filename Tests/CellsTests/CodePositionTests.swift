import Cells
import Testing

struct CodePositionTests {
    @Test func placesAreCountedInCodePointsAndBytes() {
        let position = CodePosition("let é🐦 = 1", cursor: 6)
        #expect(position.prefix == "é🐦")
        #expect(position.word == 4..<6)
        #expect(position.code.byteOffset(of: 6) == 10)
    }

    @Test func aCursorOutsideTheTextIsMovedToItsEnd() {
        #expect(CodePosition("ab", cursor: 99).cursor == 2)
        #expect(CodePosition("ab", cursor: -1).cursor == 0)
    }

    @Test func magicsAreBlankedAndPlacesStay() {
        let position = CodePosition("  %time f(3)\nlet a = 7 % 2", cursor: 0)
        #expect(position.code.string == "        f(3)\nlet a = 7 % 2")
        #expect(position.code.string.utf8.count == position.text.string.utf8.count)
    }

    @Test func theLineAloneKeepsItsPlace() {
        #expect(CodePosition("é\nab.c\nd", cursor: 5).lineAlone.string == " \nab.c\n ")
    }

    @Test func operatorsAndSpacesEndWords() {
        for text in ["a+b", "a→b", "a b", "a(b", "a.b"] { #expect(CodePosition(text, cursor: 3).prefix == "b") }
    }
}
