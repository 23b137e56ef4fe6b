import Cells
import Testing

extension AssistanceTests {
    @Suite(.serialized) struct CompletionTests {
        let cells: EarlierCells

        init() throws { cells = try EarlierCells.shared.get() }

        @Test func membersOfEarlierValuesHaveKindsAndTypes() throws {
            let completion = try cells.complete("home.|")
            #expect(completion.texts == ["distance", "secret", "x", "y", "self"])
            #expect(completion["distance"]?.kind == "function")
            #expect(completion["distance"]?.signature == "(to: Place, scale: Double) -> Double")
            #expect(completion["x"] == .init(text: "x", kind: "property", signature: "Double"))
            #expect(completion["self"]?.kind == "keyword")
            #expect(completion.range == 5..<5)
        }

        @Test func aPrefixSelectsAndIsReplaced() throws {
            let completion = try cells.complete("let d = home.dis|")
            #expect(completion.texts == ["distance"])
            #expect(completion.range == 13..<16)
        }

        @Test func inTheMiddleOfAWordTheWholeWordIsReplaced() throws {
            let completion = try cells.complete("wa|lk(home)")
            #expect(completion.texts.first == "walk")
            #expect(completion.range == 0..<4)
        }

        @Test(arguments: [
            ("let 🐦 = home; 🐦.|", 16), ("let e\u{301}tat = home; e\u{301}tat.|", 24), ("\"👩‍👩‍👧\"; home.|", 14),
            ("print(\"\\(home.|)\")", 14),
        ])
        func cursorsAreCountedInCodePoints(text: String, start: Int) throws {
            let completion = try cells.complete(text)
            #expect(completion.texts.contains("distance"))
            #expect(completion.range == start..<start)
        }

        @Test func theLatestMeaningOfANameIsTheOneOffered() throws {
            #expect(try cells.complete("mean|")["meaning"]?.signature == "String")
            #expect(try cells.complete("meaning.upper|").texts == ["uppercased"])
            #expect(try cells.complete("let meaning = home\nmeaning.|").texts.contains("distance"))
        }

        @Test func namesComeOnceNearestFirstAndKeywordsLast() throws {
            let texts = try cells.complete("func f(words: Int) { let walker = 1; w| }").texts
            #expect(Set(texts).count == texts.count)
            let own = try ["walker", "words", "walk", "while"].map { try #require(texts.firstIndex(of: $0)) }
            #expect(own == own.sorted())
            #expect(texts.last.map { ["while", "where", "weak"].contains($0) } == true)
            #expect(try cells.complete("w|")["walk"]?.signature?.hasSuffix("+1") == true)
        }

        @Test func theExactCaseComesFirst() throws {
            #expect(try cells.complete("pla|").texts.contains("Place"))
            #expect(try cells.complete("Pla|").texts.first == "Place")
            #expect(try cells.complete("pri|").texts.first == "print")
        }

        @Test func argumentsAreOfferedByTheirLabels() throws {
            #expect(try cells.complete("home.distance(|").texts == ["to:"])
            #expect(try cells.complete("walk(home, |)").texts == ["steps:"])
            #expect(try cells.complete("walk(home, steps: 3, sl|").texts == ["slowly:"])
            #expect(
                try cells.complete("Place(|").matches.first
                    == .init(
                        text: "x:", kind: "param", signature: "(x: Double, y: Double, secret: Int, _mark: Int) -> Place"
                    ))
        }

        @Test func casesAndModulesAndMagicsAreOffered() throws {
            #expect(try cells.complete("let today: Weather = .|").texts.prefix(2) == ["rainy", "sunny"])
            let modules = try cells.complete("import Found|")
            #expect(modules.matches.first == .init(text: "Foundation", kind: "module"))
            #expect(try !cells.complete("import |").texts.contains { $0.hasPrefix("Cell") })
            let magics = try cells.complete("%ti|")
            #expect(magics.matches == [.init(text: "%time", kind: "magic")])
            #expect(magics.range == 0..<3)
            #expect(try cells.complete("%time home.dis|").texts == ["distance"])
        }

        @Test(arguments: [
            "let s = \"\"\"\n  a \\(home.dis|", "let s = \"\"\"\n  \\(home) \\(home.dis|\n  \"\"\"\nprint(s)",
            "let s = \"\\(home.dis|\"", "print(\"a \\(home.dis|", "// \\(home)\nlet s = \"\\(home.dis|)\"",
        ])
        func insideAStringThatIsStillOpenNamesAreOffered(text: String) throws {
            #expect(try cells.complete(text).texts == ["distance"])
        }

        @Test func theDotStaysWhereOnlyANilWouldTakeItsPlace() throws {
            let completion = try cells.complete("let a = Optional(Sky.clear) == .|")
            #expect(completion.texts.contains("clear") && !completion.texts.contains { $0.hasSuffix("nil") })
        }

        @Test func whatLiteralsAreMadeWithIsNotOffered() throws {
            let labels = try cells.complete("String(|").texts.filter { $0.hasSuffix(":") }
            #expect(labels.contains("repeating:") && !labels.contains { $0.hasSuffix("Literal:") })
        }

        @Test func magicsThatTakePathsOfferFilesAndFolders() throws {
            let folders = try cells.complete("%cd /et|")
            #expect(folders.matches == [.init(text: "etc/", kind: "path")] && folders.range == 5..<7)
            #expect(try cells.complete("%load /etc/passw|").texts.contains("passwd"))
            #expect(try !cells.complete("%cd /etc/passw|").texts.contains("passwd"))
            #expect(try cells.complete("%load \(cells.folder)/Cell_1.swif|").texts.contains("Cell_1.swiftmodule"))
            #expect(try cells.complete("%load Cell_1.swiftm|").texts == ["Cell_1.swiftmodule"])
            #expect(try cells.complete("%who |").matches.isEmpty)
        }

        @Test func membersOfOptionalsAreReachedThroughAQuestionMark() throws {
            let completion = try cells.complete("wind.round|")
            #expect(completion.texts.contains("?.rounded"))
            #expect(completion.range == 4..<10)
        }

        @Test(arguments: [
            "let broken = = \nhome.|", "func f( {\n}\nhome.|", "home.|\nlet x = (", "nothing.known + 3\nhome.|",
            "if home.| {", "for p in [home] { home.|",
        ])
        func errorsElsewhereDoNotHurt(text: String) throws {
            #expect(try cells.complete(text).texts.contains("distance"))
        }

        @Test(arguments: ["// pri|", "\"pri|\"", "12|", "nothing.|", "home.x |"])
        func whereNoNameCanStandNothingIsOffered(text: String) throws {
            #expect(try cells.complete(text).matches.isEmpty)
        }

        @Test func whatLibrariesKeepToThemselvesIsNotOffered() throws {
            let members = try cells.complete("\"\".|").texts
            #expect(members.contains("lowercased"))
            #expect(!members.contains("matchAnyNonNewline") && !members.contains("standardizingPath"))
            #expect(try cells.complete("home._|").texts == ["_mark"])
        }

        @Test func whatAnEarlierTextAddedToATypeIsNotOffered() throws {
            let added = "extension Place { var lost: Int { 0 } }\nhome.|"
            #expect(try cells.complete(added).texts.contains("lost"))
            for text in ["home.|", "func f() { home.| }", "%time home.|"] {
                #expect(try !cells.complete(text).texts.contains("lost"), "\(text)")
            }
        }

        @Test func whatTheLaboratoryIsMadeOfIsNotOffered() throws {
            let modules = try cells.complete("import |").texts
            #expect(modules.contains("Foundation"))
            #expect(!modules.contains { ["CellRuntime", "CRecovery", "CSourceKit", "CellRoot"].contains($0) })
            #expect(try !cells.complete("#if |").texts.contains { $0.hasPrefix("AFTER") })
        }

        @Test func hugeCellsOfferTheirWords() throws {
            let lines = (0..<2000).map { "let value\($0) = home.distance(to: home) + \($0)" }.joined(separator: "\n")
            let texts = try cells.complete(lines + "\nvalue19|").texts
            #expect(texts.contains("value19") && texts.contains("value1999"))
            #expect(try cells.complete(lines + "\nhome.dis|").texts == ["distance"])
        }
    }
}
