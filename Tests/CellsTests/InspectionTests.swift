import Cells
import Testing

extension AssistanceTests {
    @Suite(.serialized) struct InspectionTests {
        let cells: EarlierCells

        init() throws { cells = try EarlierCells.shared.get() }

        @Test func aNameIsToldWithItsDeclarationHomeAndDocumentation() throws {
            let page = try #require(try cells.inspect("home.dist|ance(to: home)"))
            #expect(
                page["text/plain"] == """
                    func distance(to other: Place, scale: Double = 1) -> Double

                    Declared in In[1]

                    The distance to another place, by *Pythagoras*.

                    - Parameters:
                      - other: the other place.
                      - scale: what it is multiplied by.
                    - Returns: the distance.
                    """)
            #expect(page["text/markdown"]?.hasPrefix("```swift\nfunc distance") == true)
            let html = try #require(page["text/html"])
            #expect(html.contains("-&gt; Double</code></pre>"))
            #expect(html.contains("<p>The distance to another place, by <em>Pythagoras</em>.</p>"))
            #expect(html.contains("<li><code>scale</code> <p>what it is multiplied by.</p></li>"))
        }

        @Test func insideACallItsParametersAreTold() throws {
            let page = try #require(try cells.inspect("walk(home, |)"))
            let lines = try #require(page["text/plain"]).split(separator: "\n").map(String.init)
            #expect(lines.first == "walk(_ from: Place, steps: Int, slowly: Bool = false) -> [Place]")
            #expect(lines.contains("Next: steps: Int"))
            #expect(page["text/html"]?.contains("<strong>steps: Int</strong>") == true)
            #expect(try cells.inspect("print(|")?["text/plain"]?.hasPrefix("print(_ items: Any...") == true)
            #expect(try cells.inspect("home.distance(t|o: home)")?["text/plain"]?.contains("Next: to: Place") == true)
        }

        @Test func aTypeIsToldWithWhatMakesItsValues() throws {
            let text = """
                struct Ring {
                    /// One that is round.
                    init(radius: Int) {}
                    init(_ text: String, times: Int = 2) {}
                }
                let ring: Ri|ng
                """
            let page = try #require(try cells.inspect(text))
            let made = """
                Made by:
                init(radius: Int)    // One that is round.
                init(_ text: String, times: Int = 2)
                """
            #expect(page["text/plain"]?.hasSuffix(made) == true)
            #expect(page["text/html"]?.contains("init(radius: Int)") == true)
        }

        @Test(arguments: ["Light|", "let light: Li|ght = .green"])
        func anEnumerationIsToldWithItsCases(use: String) throws {
            let text = "enum Light {\n/// Stop.\ncase red\ncase green, blinking(times: Int) }\n\(use)"
            let page = try #require(try cells.inspect(text)?["text/plain"])
            #expect(page.contains("Cases:\n"))
            #expect(page.contains("case red    // Stop.") && page.contains("case blinking(times: Int)"))
        }

        @Test func insideASubscriptItsParametersAreTold() throws {
            let text = "struct Row { subscript(column n: Int) -> Int { n } }\nRow()[|]"
            let page = try #require(try cells.inspect(text)?["text/plain"])
            #expect(page == "subscript(column: Int) -> Int\n\nNext: column: Int")
        }

        @Test func aNameOfSeveralFunctionsListsThem() throws {
            let text = try #require(try cells.inspect("walk|")?["text/plain"])
            #expect(text.contains("walk(_ from: Place, steps: Int") && text.contains("walk(_ from: String) -> Bool"))
            #expect(!text.contains("Next:"))
            let member = try #require(try cells.inspect("Sky.clear.paint|")?["text/plain"])
            #expect(member.contains("paint(with: String)") && member.contains("paint(over: Int) -> Int"))
            #expect(member.contains("Paints."))
        }

        @Test func theDeclarationIsShownAsItWasWritten() throws {
            let page = try #require(try cells.inspect("Place|", detail: .declaration))
            #expect(page["text/plain"]?.contains("private var secret = 3") == true)
            let own = try cells.inspect("func twice(_ n: Int) -> Int { n * 2 }\ntw|ice(3)", detail: .declaration)
            #expect(own?["text/plain"]?.hasPrefix("func twice(_ n: Int) -> Int { n * 2 }") == true)
        }

        @Test(arguments: [
            ("home +| home", "static func + (a: Place, b: Place) -> Place"), ("Place|", "struct Place"),
            ("meaning|", "let meaning: String"), ("let a: Weath|er = .sunny", "enum Weather"),
            ("Double|", "struct Double"),
            ("for p in [home] { p.x|.rounded() }", "var x: Double"), ("let 🐦 = home\n🐦|.x", "let 🐦: Place"),
            ("let broken = =\nmeaning|", "let meaning: String"), ("print(\"\\(mean|ing)\")", "let meaning: String"),
        ])
        func whateverHasANameIsFound(text: String, declaration: String) throws {
            #expect(try cells.inspect(text)?["text/plain"]?.contains(declaration) == true)
        }

        @Test(arguments: [
            ("Array.map|", "map(_ transform:"), ("String.count|", "var count: Int"),
            ("Place.distance|", "func distance(to other: Place, scale: Double = 1) -> Double"),
            ("Place.x|", "var x: Double"), ("Double.pi|", "static var pi: Double"),
            ("struct Nest<Egg> { func hatch(count: Int) {} }\nNest.hatch|", "func hatch(count: Int)"),
        ])
        func aMemberBehindItsTypeIsToldAsItIsDeclared(text: String, declaration: String) throws {
            #expect(try cells.inspect(text)?["text/plain"]?.contains(declaration) == true)
            #expect(try cells.inspect(text)?["text/plain"]?.contains("_ self:") == false)
        }

        @Test(arguments: ["guard|", "unknown|", "|", "let a = 3|", "// walk|", "\"home|\"", "   |   ", "home.unknown|"])
        func whereThereIsNoNameNothingIsFound(text: String) throws {
            #expect(try cells.inspect(text) == nil)
        }

        @Test func magicsSayWhatTheyDo() throws {
            #expect(try cells.inspect("%ti|me")?["text/plain"] == "%time\n\nSays how long.")
        }
    }
}
