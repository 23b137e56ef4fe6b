import Foundation
import Kernel
import Testing

@Suite struct SessionTests {
    @Test func aConformanceMayBeStatedAgain() async throws {
        let notebook = try Notebook()
        await notebook.run(
            "protocol Greets { func greet() -> String }\nextension Int: Greets { func greet() -> String { \"one\" } }")
        #expect(await notebook.run("5.greet()").result == "\"one\"")
        #expect(
            await notebook.run("extension Int: Greets { func greet() -> String { \"two\" } }\n5.greet()").result
                == "\"two\"")
        #expect(await notebook.run("6.greet()").result == "\"two\"")
    }

    @Test func aCellRunsAgainWhileATaskOfItsFirstRunChangesItsVariable() async throws {
        let notebook = try Notebook()
        await notebook.run("import Foundation\nlet lock = NSLock()\nlet text = \"a text too long to stand in a word\"")
        let cell = """
            usleep(50_000)
            var log = (0..<50).map { text + String($0) }
            Task.detached { while true { lock.withLock { log.append(text) }; try await Task.sleep(for: .milliseconds(1)) } }
            usleep(20_000)
            """
        for _ in 0..<5 {
            await notebook.run(cell)
            #expect(await notebook.run("lock.withLock { log.allSatisfy { $0.hasPrefix(text) } }").result == "true")
        }
    }

    @Test func aCellThatRunsAgainBeginsAnew() async throws {
        let notebook = try Notebook()
        let text = "var n = 1\nfunc bump() -> Int { n += 1; return n }\nbump()"
        #expect(await notebook.run(text).result == "2")
        #expect(await notebook.run(text).result == "2")
        #expect(await notebook.run("bump()").result == "3")
        #expect(await notebook.run(text).result == "2")
    }

    @Test func aCellThatRunsAgainLetsTheOldValuesOfItsConstantsGo() async throws {
        let notebook = try Notebook()
        await notebook.run(
            """
            final class Counted { static var alive = 0; init() { Counted.alive += 1 }; deinit { Counted.alive -= 1 } }
            struct Token: ~Copyable {}
            struct Loose { weak var weakly: Counted?; unowned let unowned: Counted }
            protocol P {}; extension Counted: P {}
            var fails = false
            """)
        let text = """
            let one = Counted(), (two, _) = ([Counted()], 1)
            let three: any P = Counted(); weak var four = one; let n = [5], five = { [n] in n }; let token = Token()
            let functions = (1, five), maybe = Optional(five), pair = (one, [three]), loose = Loose(weakly: one, unowned: one)
            if fails { throw CancellationError() }
            let six = two[0], sum = (Tensor(ones: [1000, 1000]) * 2).sum().item
            """
        for _ in 0..<5 {
            await notebook.run(text)
            #expect(await notebook.run("Counted.alive").result == "3")
        }
        #expect(
            await notebook.run("fails = true; two.count + (six === two[0] && one === four ? 1 : 0)").result == "2")
        #expect(await notebook.run(text).error?.name == "CancellationError")
        let check =
            "five() == functions.1() && maybe?() == [5] && one === four && loose.weakly === loose.unowned && two.count == 1"
        #expect(await notebook.run(check).result == "true")
        #expect(await notebook.run("pair.0 === one && pair.1.count == 1").result == "true")
    }

    @Test func whatATaskMayStillReadIsNotLetGo() async throws {
        let notebook = try Notebook()
        await notebook.run(
            """
            final class Value { var isGone = false; let number = 5; deinit { isGone = true; print("gone") } }
            func read(_ value: Value) async -> Int { try? await Task.sleep(for: .milliseconds(300)); return value.number }
            """)
        let text = "let value = Value()\n_ = Task.detached { await read(value) }"
        for _ in 0..<5 { #expect(await notebook.run(text).printed == "") }
        #expect(await notebook.run("value.isGone").result == "false")
    }

    @Test func aDeinitThatTrapsIsTold() async throws {
        let notebook = try Notebook()
        await notebook.run("final class Trap { deinit { if isArmed { fatalError(\"boom\") } } }\nvar isArmed = false")
        let text = "let trap = Trap()"
        await notebook.run(text)
        await notebook.run("isArmed = true")
        #expect(await notebook.run(text).outcome == .succeeded)
        #expect(await notebook.run("isArmed").result == "true")
    }

    @Test func whatWentWithAWorkerDoesNotComeBackWithACompilersError() async throws {
        let notebook = try Notebook()
        await notebook.run("import Foundation\nlet kept = 5")
        await notebook.run("Thread.detachNewThread { usleep(20_000); kill(getpid(), SIGKILL) }")
        let wrong = (0..<200).map { "let wrong\($0): Int = \"\"" }.joined(separator: "\n")
        #expect(await notebook.run(wrong).error?.name == "CompileError")
        #expect(await notebook.run("kept").error?.message.contains("cannot find 'kept'") == true)
    }

    @Test func cellsOfTwoLanesRunSideBySideAndSeeEachOther() async throws {
        let notebook = try Notebook()
        await notebook.run("var stop = false")
        async let long = notebook.run("let first = 1\nwhile !stop { usleep(1000) }\nprint(\"done\")")
        try await Task.sleep(for: .seconds(2))
        let short = await notebook.run("let second = 2\nprint(second)\nstop = true", lane: "b")
        #expect(short.printed == "2\n")
        #expect(await long.printed == "done\n")
        #expect(await notebook.run("first + second").result == "3")
    }

    @Test func typesArePrintedWithoutTheirModules() async throws {
        let notebook = try Notebook()
        await notebook.run("struct P { var x = 1 }")
        #expect(await notebook.run("[P()]").result == "[P(x: 1)]")
        #expect(await notebook.run("print([P()])").printed == "[P(x: 1)]\n")
    }

    @Test func magicsDoWhatHelpSays() async throws {
        let notebook = try Notebook()
        await notebook.run("let a = 1, b = 2")
        #expect(await notebook.run("%who").printed == "In[1]  a, b\n")
        #expect(await notebook.run("%help").shown.first?.contains("%%fast") == true)
        #expect(
            await notebook.run("%env MARTLET_X=5\nProcessInfo.processInfo.environment[\"MARTLET_X\"] ?? \"\"").result
                == "\"5\"")
        #expect(await notebook.run("%cd /tmp").printed == "/tmp\n")
        #expect(await notebook.run("%time\na + b").printed.hasSuffix("s\n"))
        #expect(await notebook.run("%nothing").error?.name == "UnknownMagic")
        await notebook.run("%reset")
        #expect(await notebook.run("a").error?.name == "CompileError")
    }

    @Test func aLongScriptRuns() async throws {
        let notebook = try Notebook()
        let lines = (0..<500).map {
            $0 % 5 == 0 ? "func f\($0)(_ x: Int) -> Int { x + \($0) }" : "let v\($0) = f\($0 / 5 * 5)(\($0))"
        }
        #expect(await notebook.run(lines.joined(separator: "\n") + "\nv499").result == "994")
    }

    @Test func macrosOfTheStandardLibraryWork() async throws {
        let notebook = try Notebook()
        #expect(await notebook.run("import Observation\n@Observable class M { var x = 1 }\nM().x").result == "1")
    }
}
