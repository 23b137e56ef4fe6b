import Foundation
import Kernel
import Testing

@Suite struct TrapTests {
    @Test func namesReasonAndLineAndKeepsVariables() async throws {
        let notebook = try Notebook()
        await notebook.run("let before = 41")
        let traps: [(text: String, reason: String, line: Int)] = [
            ("let list = [1]; let i = 5\nprint(list[i])", "Index out of range", 2),
            ("var big = Int.max\nlet n = CommandLine.arguments.count\nbig += n", "Arithmetic overflow", 3),
            ("%%fast\nvar big = Int.max\nlet n = CommandLine.arguments.count\nbig += n", "Arithmetic overflow", 4),
            ("let none: Int? = nil\nprint(none!)", "Unexpectedly found nil while unwrapping an Optional value", 2),
            ("func deep(_ n: Int) -> Int { deep(n + 1) + 1 }\nprint(deep(0))", "recursion", 1),
            ("fatalError(\"on purpose\")", "on purpose", 1),
            (
                "class Box { unowned var other: Box! }\nlet box = Box()\nprint(box.other.other!)",
                "implicitly unwrapping", 3
            ),
            ("%%fast\nlet one = [1]\nlet far = one.count + 7\nprint(one[far])", "Index out of range", 4),
            ("%%fast\nvar nobody: Int! = nil\nnobody + 1", "nil while implicitly unwrapping", 3),
            ("dispatchPrecondition(condition: .onQueue(.global()))", "Dispatch refuses this", 1),
            (
                "let any: Any = 1\nprint(any as! String)",
                "Could not cast value of type 'Swift.Int' to 'Swift.String'.", 2
            ),
            ("precondition(before > 50, \"never\")", "never", 1),
            ("UnsafePointer<Int>(bitPattern: 8)!.pointee", "a null pointer", 1),
            ("UnsafePointer<Int>(bitPattern: 1 << 46)!.pointee", "a dangling pointer", 1),
        ]
        for (index, trap) in traps.enumerated() {
            let page = await notebook.run(trap.text)
            let error = try #require(page.error, "\(trap.text)")
            #expect(error.message.contains(trap.reason), "\(page)")
            #expect(error.traceback.hasPrefix("In[\(index + 2)]:\(trap.line):"), "\(error.traceback)")
            #expect(page.errors.isEmpty)
        }
        #expect(await notebook.run("before + 1").result == "42")
    }

    @Test func aVariableWithoutAValueIsToldSo() async throws {
        let notebook = try Notebook()
        await notebook.run("var never: [Int]")
        #expect(await notebook.run("never.count").error?.message.contains("without a value yet") == true)
    }

    @Test func aDamagedHeapEndsTheWorkerAndNothingWaits() async throws {
        let notebook = try Notebook()
        await notebook.run("let kept = 3")
        // The heap sees what is wrong with a pointer before it does anything with it.
        #expect(await notebook.run("free(calloc(1, 100)! + 8)").error?.message == "Aborted")
        #expect(await notebook.run("kept").result == "3")
        let page = await notebook.run("let block = malloc(2000)!\nfree(block)\nfree(block)")
        #expect(page.error?.name == "WorkerEnded", "\(page)")
        #expect(page.error?.message.contains("(the cell has damaged the heap)") == true, "\(page)")
        #expect(await notebook.run("1 + 1").result == "2")
    }

    @Test func whatACellDefinedBeforeItsTrapStays() async throws {
        let notebook = try Notebook()
        let page = await notebook.run(
            "let list = [1, 2]\nstruct P { var x = 1 }\nlet i = 9\nlet bad = list[i]\nlet late = 1")
        #expect(page.error?.traceback.contains("Not defined, because the cell stopped: bad, late") == true)
        #expect(await notebook.run("list.count + P().x + i").result == "12")
        #expect(await notebook.run("late").error?.message == "cannot find 'late' in scope")
    }

    @Test func trapsInTasksAndDispatchThreadsEndTheirCell() async throws {
        let notebook = try Notebook()
        await notebook.run("let list = [1]\nvar i = 7")
        for text in [
            "await Task.detached { list[i] }.value",
            "Task { print(list[i]) }\nThread.sleep(forTimeInterval: 60)",
            "DispatchQueue.concurrentPerform(iterations: 8) { print(list[$0 + i]) }",
        ] {
            let error = try #require(await notebook.run(text).error)
            #expect(error.message == "Index out of range")
            #expect(error.traceback.contains("]:1:"))
        }
        #expect(await notebook.run("await Task.detached { list[0] + i }.value").result == "8")
        #expect(await notebook.run("DispatchQueue.concurrentPerform(iterations: 4) { print($0) }").error == nil)
    }

    @Test func whatATrapLeftHalfWayIsOpenToOthers() async throws {
        let notebook = try Notebook()
        await notebook.run(
            """
            let list = [1]
            let queue = DispatchQueue(label: "one"), lock = NSLock()
            actor Account { var sum = 5; func bad(_ i: Int) -> Int { list[i] }; func good() -> Int { sum } }
            let account = Account()
            struct Lazy { static var index = 4; static let value = list[index] }
            func spread(_ i: Int) { DispatchQueue.concurrentPerform(iterations: 8) { _ = list[i + $0] } }
            """)
        for text in [
            "queue.sync { print(list[3]) }", "let x = queue.sync { list[3] }",
            "queue.async { print(list[3]) }; sleep(60)",
            "lock.withLock { print(list[3]) }", "lock.lock(); print(list[3])", "await account.bad(3)",
            "print(Lazy.value)",
            "await MainActor.run { print(list[3]) }", "await Task { @MainActor in print(list[3]) }.value",
            "spread(3)",
            "queue.sync { spread(3) }", "await Task.detached { queue.sync { print(list[3]) } }.value",
            "DispatchQueue.main.async { print(list[3]) }; await MainActor.run {}; try await Task.sleep(for: .seconds(60))",
            "let item = DispatchWorkItem { print(list[3]) }; queue.async(execute: item); item.wait(); sleep(60)",
            "Thread { print(list[3]) }.start(); sleep(60)",
        ] {
            let error = try #require(await notebook.run(text).error, "\(text)")
            #expect(error.message == "Index out of range", "\(text): \(error)")
        }
        let page = await notebook.run(
            """
            Lazy.index = 0
            let inOrder = DispatchGroup()
            queue.async(group: inOrder) {}
            inOrder.wait()
            spread(-7)
            """)
        #expect(page.error?.message == "Index out of range", "\(page)")
        #expect(await notebook.run("queue.sync { 2 } + lock.withLock { 3 } + Lazy.value").result == "6")
        #expect(await notebook.run("await account.good() + MainActor.run { 4 }").result == "9")
    }

    @Test func signalsThatACellSendsItselfEndTheCell() async throws {
        let notebook = try Notebook()
        await notebook.run("let a = 1")
        for name in ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGALRM"] {
            #expect(await notebook.run("raise(\(name))").error?.message.contains(name) == true)
        }
        #expect(await notebook.run("a").result == "1")
    }

    @Test func endlessRecursionOnOtherThreadsEndsItsCell() async throws {
        let notebook = try Notebook()
        await notebook.run("func deep(_ n: Int) -> Int { deep(n + 1) + 1 }")
        for text in [
            "await Task.detached { deep(0) }.value",
            "DispatchQueue.global().async { print(deep(0)) }; sleep(60)",
            "Thread { print(deep(0)) }.start(); sleep(60)",
        ] {
            #expect(await notebook.run(text).error?.message.contains("recursion") == true, "\(text)")
        }
    }

    @Test func tasksOfEarlierCellsDoNotEndLaterOnes() async throws {
        let notebook = try Notebook()
        await notebook.run(
            """
            let list = [1]
            Task { try await Task.sleep(for: .milliseconds(400)); print(list[5]) }
            Thread { usleep(400_000); print(list[6]) }.start()
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.4) { print(list[7]) }
            """)
        let page = await notebook.run("Thread.sleep(forTimeInterval: 1.5)\nlet after = 7")
        #expect(page.error == nil && page.errors.isEmpty, "\(page)")
        #expect(await notebook.run("after").result == "7")
    }

    @Test func spinningTasksOfEarlierCellsKeepNoneWaiting() async throws {
        let notebook = try Notebook()
        await notebook.run("for _ in 0..<64 { Task.detached { while true {} } }")
        #expect(await notebook.run("await Task.detached { 5 }.value").result == "5")
    }

    @Test func uncaughtErrorsNameTheLineThatThrew() async throws {
        let notebook = try Notebook()
        await notebook.run("struct Oops: Error { let code: Int }\nfunc f() throws { throw Oops(code: 3) }")
        let error = try #require(await notebook.run("let kept = 5\ntry f()").error)
        #expect(error.traceback.hasPrefix("In[1]:2:19  Oops(code: 3)"), "\(error.traceback)")
        #expect(error.traceback.contains("called from In[2]:2:"))
        #expect(await notebook.run("kept").result == "5")
    }

    @Test func whatIsPrivateIsNamedAsThePersonDoes() async throws {
        let text = "struct S { private func at(_ i: Int) -> Int { [1][i] } ; func far() -> Int { at(3) } }\nS().far()"
        let error = try #require(await Notebook().run(text).error)
        #expect(error.traceback.contains("called from In[1]:1:78 in S.far()\n"), "\(error.traceback)")
        let inner = "private func inner(_ n: Int) -> Int { n == 0 ? [1][3] : inner(n - 1) }\ninner(1)"
        let deep = try #require(await Notebook().run(inner).error)
        #expect(deep.traceback.contains("in inner(Int)\n"), "\(deep.traceback)")
    }

    @Test func exitEndsTheCellOnly() async throws {
        let notebook = try Notebook()
        await notebook.run("let a = 1")
        #expect(await notebook.run("exit(3)").error?.name == "Exit")
        #expect(await notebook.run("a").result == "1")
    }

    @Test func aLostWorkerIsReplacedAndThePersonIsTold() async throws {
        let notebook = try Notebook()
        await notebook.run("let a = 1")
        #expect(await notebook.run("kill(getpid(), SIGKILL)").error?.message.contains("lost") == true)
        #expect(await notebook.run("1 + 1").result == "2")
        #expect(await notebook.run("a").error?.name == "CompileError")
    }
}
