import Foundation
import Kernel
import Testing

@Suite struct InterruptTests {
    @Test func stopsLoopsSleepsTasksAndWaits() async throws {
        let notebook = try Notebook()
        await notebook.run("var kept = 3")
        for text in [
            "while true {}",
            "while true { kept = Int.random(in: 0...9); _ = \"\\(kept)\".uppercased() }",
            "sleep(100)",
            "Thread.sleep(forTimeInterval: 100)",
            "try await Task.sleep(for: .seconds(100))",
            "DispatchSemaphore(value: 0).wait()",
            "await Task.detached { () -> Int in var n = 0; while true { n &+= 1 } }.value",
            "DispatchQueue.concurrentPerform(iterations: 4) { _ in while true {} }",
            "(0..<1_000_000_000).map { sqrt(Double($0)) }.count",
        ] {
            let ended = await notebook.run("print(\"begun\"); usleep(100_000)\n" + text, interruptedAfter: "begun")
            #expect(ended.error?.name == "Interrupted", "\(text): \(ended)")
        }
        #expect(await notebook.run("kept < 10").result == "true")
        #expect(await notebook.run("await Task.detached { 5 }.value").result == "5")
    }

    @Test func endsACellThatAsks() async throws {
        let notebook = try Notebook()
        for number in 1...5 {
            let cell = Cell(text: "let name = readLine()", number: number, request: "\(number)")
            let outcome = await notebook.session.run(cell) { output in
                guard case .question(_, _, let reply) = output else { return }
                notebook.session.interrupt()
                reply(nil)
            }
            guard case .failed(name: "Interrupted", _, _) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
    }

    @Test func endsAWorkerWhoseFirstThreadIsGone() async throws {
        let notebook = try Notebook()
        let page = await notebook.run(
            """
            let leave = unsafeBitCast(dlsym(nil, "thrd_exit"), to: (@convention(c) (Int32) -> Void).self)
            print("begun")
            leave(0)
            """, interruptedAfter: "begun")
        #expect(page.error?.name == "WorkerEnded", "\(page)")
        #expect(await notebook.run("1 + 1").result == "2")
    }

    @Test func endsWhatACellLeftOnTheMainActor() async throws {
        let notebook = try Notebook()
        for text in ["Task { @MainActor in while true {} }", "DispatchQueue.main.async { while true {} }"] {
            await notebook.run(text + "\nprint(\"begun\")")
            try await Task.sleep(for: .milliseconds(300))
            notebook.session.interrupt()
            #expect(await notebook.run("await MainActor.run { 7 }").result == "7")
        }
    }

    @Test func stopsTheTasksOfACellAndNoOthers() async throws {
        let notebook = try Notebook()
        await notebook.run(
            """
            import Synchronization
            final class Ticks: Sendable { let count = Atomic(0) }
            let ticks = (0..<3).map { _ in Ticks() }
            func tick(_ n: Int) { ticks[n].count.add(1, ordering: .relaxed) }
            Task.detached { while true { tick(0); usleep(1000) } }
            """)
        let page = await notebook.run(
            """
            Task.detached { while true { tick(1) } }
            Thread { while true { tick(2); usleep(1000) } }.start()
            print("begun")
            while true {}
            """, interruptedAfter: "begun")
        #expect(page.error?.name == "Interrupted")
        let grown = await notebook.run(
            """
            usleep(300_000)
            let before = ticks.map { $0.count.load(ordering: .relaxed) }
            usleep(300_000)
            print(zip(before, ticks).map { old, new in new.count.load(ordering: .relaxed) > old })
            """)
        #expect(grown.printed == "[true, false, false]\n", "\(grown)")
        // With no cell running, it stops what earlier ones have left behind.
        notebook.session.interrupt()
        #expect(
            await notebook.run(
                "usleep(300_000)\nlet last = ticks[0].count.load(ordering: .relaxed)\nusleep(300_000)"
            ).error == nil)
        #expect(await notebook.run("ticks[0].count.load(ordering: .relaxed) == last").result == "true")
    }
}
