import Foundation
import Kernel
import Testing

@Suite struct RunningTests {
    @Test func aWorkerThatHasUsedTheMainActorRests() async throws {
        let notebook = try Notebook()
        await notebook.run("await MainActor.run {}\nlet before = clock()")
        try await Task.sleep(for: .seconds(1))
        #expect(await notebook.run("clock() - before < CLOCKS_PER_SEC / 2").result == "true")
    }

    @Test func printsShowsAndRemembers() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("let a = 20\nprint(\"hello\")").printed == "hello\n")
        #expect(await notebook.run("a + 22").result == "42")
        #expect(await notebook.run("\"text\"").result == "\"text\"")
        #expect(await notebook.run("a + 22;").result == nil)
        #expect(await notebook.run("_ = a").result == nil)
        #expect(await notebook.run("print(a)").result == nil)
    }

    @Test func aValueThatCannotBeCopiedIsNamed() async throws {
        let notebook = try Notebook()
        await notebook.run(
            "struct Token: ~Copyable { let n = 1 }\nfunc make() -> Token { Token() }\nlet token = Token()")
        let named = "Token (this value cannot be shown; its properties can)"
        for text in ["token", "make()", "let kept = 3; Token()"] {
            #expect(await notebook.run(text).result == named, "\(text)")
        }
        #expect(await notebook.run("token.n + kept").result == "4")
        #expect(await notebook.run("[1, 2].span").result?.hasPrefix("Span<Int> (") == true)
    }

    @Test(arguments: [
        ("nil", "the type of this value cannot be told: write it, as in 'nil as Int?'", "1:1"),
        ("1 +", "expected expression after operator", "1:4"), ("let a = [1,\n", "expected expression", "1:12"),
        ("actor A { func f() {} }\nA().f()", "call to actor-isolated instance method", "2:5"),
    ])
    func messagesSpeakOfWhatThePersonWrote(text: String, message: String, place: String) async throws {
        let error = try #require(await Notebook().run(text).error)
        #expect(error.traceback.contains("In[1]:\(place): error: \(message)"), "\(error)")
        #expect(!error.traceback.contains("__") && !error.traceback.contains("[#"), "\(error)")
    }

    @Test func notesThatAreAllAlikeAreToldOnce() async throws {
        let error = try #require(await Notebook().run("Int.init").error)
        let notes = error.traceback.split(separator: "\n").filter { $0.contains("note:") }
        #expect(notes.count == Set(notes).count, "\(notes)")
    }

    @Test func redeclaresWithOtherTypes() async throws {
        let notebook = try Notebook()
        await notebook.run("var x = 1; func f() -> Int { 1 }; struct P { var x = 1 }")
        await notebook.run("let old = P()")
        await notebook.run("var x = \"one\"; func f() -> String { \"f\" }; class P { let y = 2 }")
        #expect(await notebook.run("x + f() + \"\\(P().y) \\(old.x)\"").result == "\"onef2 1\"")
    }

    @Test func redeclaresFunctionsWithOtherResults() async throws {
        let notebook = try Notebook()
        await notebook.run("func f() -> Int { 1 }\nfunc g() -> Int { 2 }\nfunc g(_ n: Int) -> Int { n }")
        #expect(await notebook.run("func f() -> String { 3 }").error?.name == "CompileError")
        #expect(await notebook.run("f()").result == "1")
        #expect(await notebook.run("func f() -> String { \"f\" }\nf()").result == "\"f\"")
        await notebook.run("func g() -> String { \"g\" }")
        #expect(await notebook.run("[f(), g(), \"\\(g(5))\"]").result == "[\"f\", \"g\", \"5\"]")
    }

    @Test func redeclaresATypeAndTheFunctionsThatGiveIt() async throws {
        let notebook = try Notebook()
        for n in 1...3 {
            let type = "struct P { var x = \(n) }\n", maker = "func make() -> [P] { [P()] }\nlet p = make()[0]\n"
            #expect(await notebook.run(type + maker + "p.x").result == "\(n)")
            #expect(await notebook.run(type + maker + "p.x + make()[0].x").result == "\(2 * n)")
            await notebook.run(type.replacing("P", with: "Q"))
            #expect(await notebook.run(maker.replacing("P", with: "Q") + "p.x").result == "\(n)")
        }
        #expect(await notebook.run("let one: Int = make()").error?.name == "CompileError")
    }

    @Test func redeclaresFunctionsThatCameToThrowOrWait() async throws {
        let notebook = try Notebook()
        await notebook.run("func f() -> Int { 1 }\nfunc g() {}")
        await notebook.run("func f() throws -> Int { 2 }\nfunc g() async -> Int { 3 }")
        #expect(await notebook.run("[try f(), await g()]").result == "[2, 3]")
    }

    @Test func redeclaresATypeAndTheFunctionsThatTakeIt() async throws {
        let notebook = try Notebook()
        for other in ["blue", "green"] {
            let type = "enum Color { case red, \(other) }"
            await notebook.run(type + "\nfunc name(_ c: Color) -> String { \"\\(c) \(other)\" }")
            #expect(await notebook.run("name(.red)").result == "\"red \(other)\"")
        }
    }

    @Test func redeclaresWhatWasOpaque() async throws {
        let notebook = try Notebook()
        for n in 1...2 {
            await notebook.run("func numbers() -> some Sequence<Int> { [\(n)] }")
            #expect(await notebook.run("Array(numbers())").result == "[\(n)]")
        }
    }

    @Test func redeclaresAProtocolAndWhoConformsToIt() async throws {
        let notebook = try Notebook()
        for n in 1...2 {
            await notebook.run("protocol P { var name: Int { get } }\nextension P { func twice() -> Int { name * 2 } }")
            await notebook.run("func sum<T: P>(_ values: [T]) -> Int { values.reduce(0) { $0 + $1.name } }")
            await notebook.run("extension String: P { var name: Int { count + \(n) } }")
            await notebook.run("extension Array: P where Element == Int { var name: Int { count + \(n) } }")
            #expect(await notebook.run("[\"a\".twice(), [1, 2].twice()]").result == "[\(2 + 2 * n), \(4 + 2 * n)]")
            #expect(await notebook.run("sum([\"a\", \"b\"])").result == "\(2 + 2 * n)")
        }
        let text = "extension Array: P where Element == Int { var name: Int { 7 } }"
        #expect(await notebook.run(text).outcome == .succeeded)
        #expect(await notebook.run("[1].twice()").result == "14")
    }

    /// A print looks for the conformance when it runs.
    @Test func aConformanceThatIsStatedAgainHoldsForCasts() async throws {
        let notebook = try Notebook()
        await notebook.run(
            "struct S { var n = 1 }; class K {}; protocol P { var n: Int { get }; static var m: Int { get } }")
        for word in ["one", "two", "three"] {
            await notebook.run("extension S: CustomStringConvertible { var description: String { \"\(word) \\(n)\" } }")
            await notebook.run("extension K: P { var n: Int { \(word.count) }; static var m: Int { -\(word.count) } }")
            #expect(await notebook.run("\"\\(S()) \\([S(n: 2)])\"").result == "\"\(word) 1 [\(word) 2]\"")
            let cast = "let p = (K() as Any) as! any P\n[p.n, type(of: p).m]"
            #expect(await notebook.run(cast).result == "[\(word.count), -\(word.count)]")
        }
    }

    @Test func changesVariablesOfEarlierCells() async throws {
        let notebook = try Notebook()
        await notebook.run("var counter = 0\nfunc bump() { counter += 1 }")
        await notebook.run("bump(); counter += 10")
        #expect(await notebook.run("counter").result == "11")
    }

    @Test func importsHoldForLaterCells() async throws {
        let notebook = try Notebook()
        await notebook.run("import RegexBuilder\nimport Synchronization")
        let page = await notebook.run("\"a1b\".firstMatch(of: Regex { One(.digit) })?.output ?? \"\"")
        #expect(page.result == "1", "\(page)")
    }

    @Test func waitsAtTheTop() async throws {
        let notebook = try Notebook()
        await notebook.run(
            "func slow(_ n: Int) async throws -> Int { try await Task.sleep(for: .milliseconds(5)); return n }")
        #expect(await notebook.run("let s = try await slow(7)\ns").result == "7")
        #expect(await notebook.run("try await slow(8) + 1").result == "9")
        #expect(await notebook.run("async let u = slow(1)\nasync let v = slow(2)\ntry await u + v").result == "3")
        #expect(await notebook.run("for i in 1...3 { print(try await slow(i)) }").printed == "1\n2\n3\n")
        let loop = """
            let stream = AsyncStream<Int> { c in for i in 0..<3 { c.yield(i) }; c.finish() }
            for await i in stream { print(i) }
            """
        #expect(await notebook.run(loop).printed == "0\n1\n2\n")
        #expect(await notebook.run("@MainActor func onMain() -> Int { 5 }\nawait onMain()").result == "5")
    }

    @Test func bindsNamesByGuard() async throws {
        let notebook = try Notebook()
        await notebook.run("guard let number = Int(\"12\"), number > 3 else { fatalError() }")
        #expect(await notebook.run("number").result == "12")
        let page = await notebook.run("guard let other = Int(\"x\") else { print(\"none\"); return }\nprint(other)")
        #expect(page.printed == "none\n")
        #expect(page.outcome == .succeeded)
    }

    @Test func showsCompilerErrorsAtThePersonsPlace() async throws {
        let notebook = try Notebook()
        let error = try #require(await notebook.run("let a = 1\nlet b = a + missing").error)
        #expect(error.name == "CompileError")
        #expect(error.message == "cannot find 'missing' in scope")
        #expect(
            error.traceback == """
                In[1]:2:13: error: cannot find 'missing' in scope
                  2 | let b = a + missing
                    |             ^
                """)
        let shown = try #require(await notebook.run("wrong").error)
        #expect(shown.traceback.hasPrefix("In[2]:1:1: error: cannot find 'wrong' in scope"))
    }

    @Test func silentCellsShowNoResult() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("1 + 1", silent: true).result == nil)
    }

    @Test func asksThePerson() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("readLine(\"name? \") ?? \"\"", answers: ["Ada"]).result == "\"Ada\"")
        let error = try #require(await notebook.run("readLine()").error)
        #expect(error.message.contains("answers no questions"))
    }

    @Test func aCellMayCallWhatTheSystemLinksIntoPrograms() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("atexit { print(\"never\") }").result == "0")
        #expect(await notebook.run("pthread_atfork(nil, nil, nil) + at_quick_exit {}").result == "0")
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["write(1, \"x\\n\", 2)", "fputs(\"x\\n\", stderr)"])
    func aCellEndsThoughItsThreadPrintsForEver(print: String) async throws {
        let notebook = try Notebook()
        let page = await notebook.run(
            "Thread.detachNewThread { while true { \(print) } }\nusleep(100_000)\ndisplay(1)\n2")
        #expect(page.shown == ["1"] && page.result == "2")
        #expect(await notebook.run("3").result == "3")
        notebook.session.interrupt()
        #expect(await notebook.run("4").result == "4")
    }

    @Test func aThreadThatCancelsItselfEndsItsCell() async throws {
        let notebook = try Notebook()
        await notebook.run("let kept = 3\npthread_cancel(pthread_self())")
        #expect(await notebook.run("kept").result == "3")
    }

    @Test func keepsTheOrderOfPrintsAndDisplays() async throws {
        let notebook = try Notebook()
        let page = await notebook.run("for i in 0..<20 { print(i); display(i * 100) }")
        #expect(page.order == (0..<20).flatMap { ["\($0)\n", "\($0 * 100)"] })
    }

    @Test func losesNothingOfAFlood() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("for i in 0..<10_000 { print(i) }").printed.utf8.count == 48_890)
        #expect(await notebook.run("print(String(repeating: \"é\", count: 2_000_000))").printed.count == 2_000_001)
    }

    @Test func groupsCountWhatEntersThem() async throws {
        let notebook = try Notebook()
        await notebook.run("import Foundation\nimport Dispatch\nlet group = DispatchGroup()\ngroup.enter()")
        #expect(await notebook.run("group.wait(timeout: .now() + 0.05) == .timedOut").result == "true")
        let text =
            "DispatchQueue.global().async { usleep(20_000); group.leave() }\ngroup.wait(timeout: .now() + 20) == .success"
        #expect(await notebook.run(text).result == "true")
        #expect(await notebook.run("let item = DispatchWorkItem { print(5) }\nitem.perform()").printed == "5\n")
    }

    @Test func aThreadMayHaveTheSmallestStack() async throws {
        let text = """
            var attributes = pthread_attr_t(), thread = pthread_t()
            pthread_attr_init(&attributes)
            let failures = [
                pthread_attr_setstacksize(&attributes, 16384),
                pthread_create(&thread, &attributes, { _ in nil }, nil), pthread_join(thread, nil),
            ]
            failures
            """
        #expect(try await Notebook().run(text).result == "[0, 0, 0]")
    }
}
