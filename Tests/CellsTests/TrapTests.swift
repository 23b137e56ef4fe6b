import Foundation
import Kernel
import Testing

@Suite struct TrapTests {
    @Test(arguments: [
        ("let list = [1]; let i = 5\nprint(list[i])", "Index out of range", 2),
        ("var big = Int.max\nlet n = CommandLine.arguments.count\nbig += n", "Arithmetic overflow", 3),
        ("let none: Int? = nil\nprint(none!)", "Unexpectedly found nil while unwrapping an Optional value", 2),
        ("func deep(_ n: Int) -> Int { deep(n + 1) + 1 }\nprint(deep(0))", "recursion", 1),
        ("fatalError(\"on purpose\")", "on purpose", 1),
        ("precondition(1 > 2, \"never\")", "never", 1),
        ("UnsafePointer<Int>(bitPattern: 8)!.pointee", "Bad memory access", 1),
    ])
    func namesReasonAndLine(text: String, reason: String, line: Int) async throws {
        let notebook = try Notebook()
        await notebook.run("let before = 41")
        let page = await notebook.run(text)
        let error = try #require(page.error)
        #expect(error.message.contains(reason), "\(page)")
        #expect(error.traceback.hasPrefix("In[2]:\(line):"), "\(error.traceback)")
        #expect(await notebook.run("before + 1").result == "42")
    }

    @Test func interruptsLoopsAndSleeps() async throws {
        let notebook = try Notebook()
        await notebook.run("var kept = 3")
        for text in ["while true {}", "while true { kept = Int.random(in: 0...9); _ = \"\\(kept)\".uppercased() }", "sleep(100)",
            "Thread.sleep(forTimeInterval: 100)", "try await Task.sleep(for: .seconds(100))",
            "DispatchSemaphore(value: 0).wait()",
        ] {
            async let page = notebook.run(text)
            try await Task.sleep(for: .milliseconds(700))
            notebook.session.interrupt()
            #expect(await page.error?.name == "Interrupted", "\(text)")
        }
        #expect(await notebook.run("1 + 1").result == "2")
    }
}
