import Foundation
import Kernel
import Testing

/// What people paste into cells that was written to be a file of its own.
@Suite struct ScriptTests {
    @Test func theLineThatNamesAnInterpreterIsNoCode() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("#!/usr/bin/env swift\nprint(1)").printed == "1\n")
        let error = try #require(await notebook.run("#!/usr/bin/env swift\n\nmissing").error)
        #expect(error.traceback.hasPrefix("In[2]:3:1: error: cannot find 'missing'"), "\(error)")
    }

    @Test func linesOfWindowsAreLines() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("\u{FEFF}\u{FEFF}%time\r\nlet a = 1\r\nprint(a)\r\n").printed.hasPrefix("1\n"))
        let error = try #require(await notebook.run("let b = 1\r\n\r\nb + missing\r\n").error)
        #expect(error.traceback.hasSuffix("3 | b + missing\n    |     ^"), "\(error)")
    }

    @Test(arguments: [
        ("@main struct App { static func main() { print(1) } }", "1\n"),
        ("let n = 2\n@main enum App {\n    static func main() async throws { print(n) }\n} // end", "2\n"),
        ("@main class App {}\nextension App { static func main() async { print(3) } };", "3\n"),
        (
            "@main enum App { static func main() { print(n) } }\nlet n = 4\n#if os(Linux)\nprint(3)\n#endif // 5",
            "3\n4\n"
        ),
    ])
    func theMainTypeOfAScriptRuns(text: String, printed: String) async throws {
        let page = try await Notebook().run(text)
        #expect(page.printed == printed && page.outcome == .succeeded, "\(page)")
    }

    @Test func whatStandsUnderACompilationConditionIsOfTheSession() async throws {
        let notebook = try Notebook()
        await notebook.run("#if canImport(FoundationNetworking)\nimport FoundationNetworking\n#endif")
        #expect(await notebook.run("URLSession.shared.configuration.timeoutIntervalForRequest").result == "60.0")
        await notebook.run("#if os(Linux)\nimport RegexBuilder\n#else\nimport AppKit\n#endif")
        #expect(await notebook.run("\"a\".contains(Regex { \"a\" })").result == "true")
        await notebook.run("#if os(Linux)\nlet a = await Task { 1 }.value\n#else\nlet b = 2\n#endif")
        #expect(await notebook.run("func read() -> Int { a }\nread()").result == "1")
        #expect(await notebook.run("#if os(Linux)\nlet a = a + 1\na\n#endif").result == "2")
    }

    @Test func whatCameBeforeATrapUnderAConditionIsKept() async throws {
        let notebook = try Notebook()
        let page = await notebook.run("let kept = 1\n#if os(Linux)\nlet lost = [Int]()[kept]\n#endif")
        #expect(page.error?.name == "Trap")
        #expect(await notebook.run("kept").result == "1")
    }

    @Test(arguments: [
        "return\nprint(2)", "if true {\n    return\n    print(2)\n}", "return // 3\n\nprint(2)\nprint(4)",
    ])
    func aReturnTakesNoValueFromTheNextLine(ending: String) async throws {
        let page = try await Notebook().run("print(1)\n" + ending)
        #expect(page.printed == "1\n" && page.outcome == .succeeded, "\(page)")
    }

    @Test(arguments: [
        (
            "let g: Result<Int, any Error>\ndo { g = .success(try await f(3)) } catch { g = .failure(error) }",
            "success(3)"
        ),
        ("let g: Int\nif try await f(2) > 1 { g = 1 } else { g = await { 2 }() }", "1"),
        ("let g: Int\nswitch try await f(7) {\ncase 7: g = 5\ndefault: throw CancellationError()\n}", "5"),
        ("let g: Int\ndo {\n    var y = 0\n    while y < 2 { y += try await f(1) }\n    g = y\n} catch { g = 9 }", "2"),
    ])
    func aConstantMayGetItsValueFromWhatAwaits(text: String, result: String) async throws {
        let notebook = try Notebook()
        await notebook.run("func f(_ n: Int) async throws -> Int { n }")
        #expect(await notebook.run(text + "\ng").result == result)
        #expect(await notebook.run("g").result == result)
    }

    @Test func aConstantMayGetItsValueInALaterCell() async throws {
        let notebook = try Notebook()
        await notebook.run("func f(_ n: Int) async throws -> Int { n }\nlet g: Result<Int, any Error>")
        await notebook.run("do { g = .success(try await f(3)) } catch { g = .failure(error) }")
        #expect(await notebook.run("try g.get()").result == "3")
    }

    @Test func aStatedWarningIsShown() async throws {
        let notebook = try Notebook()
        for number in 1...2 {
            let page = await notebook.run("%time\n#warning(\"later\")\nfunc f() {\n    #warning(\"é\")\n}\nf()")
            let lines = page.errors.split(separator: "\n")
            #expect(lines.first == "In[\(number)]:2:1: warning: later", "\(page)")
            #expect(lines.contains("In[\(number)]:4:5: warning: é") && page.outcome == .succeeded)
        }
    }

    @Test func aStatedWarningMayEndACell() async throws {
        let notebook = try Notebook()
        let page = await notebook.run("let n = 3\n#warning(\"later\")")
        #expect(page.outcome == .succeeded && page.errors.hasPrefix("In[1]:2:1: warning: later"), "\(page)")
        #expect(await notebook.run("#error(\"never\")").error?.message == "never")
    }

    @Test func aTypeIsForWhatIsComputedBeside() async throws {
        let page = try await Notebook().run(
            "async let n: Int = { while true { return 3 } }()\nasync let m: Int8 = 4\nawait (n, m)")
        #expect(page.result == "(3, 4)", "\(page)")
    }

    @Test(arguments: [
        ("guard let g = await Optional(f(3)), g > 2, await f(1) == 1 else { fatalError() }", "3"),
        ("guard case let g? = try await Optional(f(4)) else { fatalError() }", "4"),
        ("guard let g = Optional(5) else { print(await f(1)); fatalError() }", "5"),
        ("class C { var v = 0 }\nlet c = C()\nfunc h() async -> C { c }\n(await h()).v = 6\nlet g = c.v", "6"),
        ("var a = [0, 0]\na[await f(1)] = 7\nlet g = a[1]", "7"),
    ])
    func whatAwaitsAnywhereIsWaitedFor(text: String, result: String) async throws {
        let notebook = try Notebook()
        await notebook.run("func f(_ n: Int) async -> Int { n }")
        for _ in 0..<2 {
            #expect(await notebook.run(text).outcome == .succeeded)
            #expect(await notebook.run("func read() -> Int { g }\nread()").result == result)
        }
    }

    @Test func whatAMainThrowsEndsTheCell() async throws {
        let notebook = try Notebook()
        let text = "let kept = 1\n@main struct App { static func main() throws { throw CancellationError() } }"
        #expect(await notebook.run(text).error?.name == "CancellationError")
        #expect(await notebook.run("kept").result == "1")
    }

    @Test(arguments: [
        "print(1); return", "if true { print(1); return }\nprint(2)", "for i in 1... { print(i); return }",
        "for await i in AsyncStream<Int>(unfolding: { 1 }) { print(i); return }\nprint(2)",
        "guard Int(\"x\") != nil else { print(1); return }\nprint(2)", "print(1)\nexit(0)\nprint(2)",
    ])
    func aScriptMayEndEarly(text: String) async throws {
        let page = try await Notebook().run(text)
        #expect(page.printed == "1\n" && page.outcome == .succeeded, "\(page)")
    }

    @Test func whatAReturnLeavesOutIsNotDefined() async throws {
        let notebook = try Notebook()
        await notebook.run("let early = 1\nif early == 1 { return }\nlet late = \"text\"")
        #expect(await notebook.run("early").result == "1")
        #expect(await notebook.run("late").error?.message == "cannot find 'late' in scope")
    }

    @Test func aNameMayBeMadeOfItsEarlierMeaning() async throws {
        let notebook = try Notebook()
        await notebook.run("let x = 1, words = [\"b\", \"a\"]\nlet (a, b) = (1, 2)")
        #expect(await notebook.run("let x = x + 1\nx").result == "2")
        #expect(await notebook.run("let x = x + 1\nx").result == "3")
        #expect(await notebook.run("let x: String = \"\\(x)\"\nx").result == "\"3\"")
        #expect(await notebook.run("let words = words.map { $0 + words[0] }\nwords").result == "[\"bb\", \"ab\"]")
        #expect(await notebook.run("let (a, b) = (b, a)\n[a, b]").result == "[2, 1]")
        #expect(await notebook.run("guard let a = Optional(a) else { fatalError() }\na").result == "2")
        #expect(await notebook.run("let max = max(3, 4), type = type(of: max)\ntype").result == "Int")
        #expect(await notebook.run("let none = none + 1").error?.message == "cannot find 'none' in scope")
        #expect(
            await notebook.run("let f: (Int) -> Int = { n in n < 2 ? 1 : n * f(n - 1) }\nf(5)").result == "120")
    }

    @Test func aConformanceMayBeStatedAgainThoughItsCellUsesIt() async throws {
        let notebook = try Notebook()
        await notebook.run("struct P { var x = 1 }")
        let text = "extension P: Equatable { static func == (a: P, b: P) -> Bool { true } }\nP() == P()"
        #expect(await notebook.run(text).result == "true")
        #expect(await notebook.run(text.replacing("{ true }", with: "{ false }")).result == "false")
    }

    @Test(arguments: [
        ("h()", "'async' call is not marked with 'await'"),
        ("let a = h() + 1", "'async' call is not marked with 'await'"),
        ("func k() -> Int { h() }", "'async' call in a function that does not support concurrency"),
        ("g()", "call can throw but is not marked with 'try'"),
    ])
    func aMissingAwaitOrTryIsNamed(text: String, message: String) async throws {
        let notebook = try Notebook()
        await notebook.run("func h() async -> Int { 3 }\nfunc g() throws -> Int { 2 }")
        let error = try #require(await notebook.run(text).error)
        #expect(error.message == message)
        #expect(!error.traceback.contains("did you mean"), "\(error)")
    }

    @Test func anErrorAboutAFileNamesIt() async throws {
        let error = try #require(await Notebook().run("try Data(contentsOf: URL(filePath: \"/no/such\"))").error)
        #expect(error.message.contains("/no/such"), "\(error)")
    }
}
