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
            async let page = notebook.run("print(\"begun\")\n" + text)
            try await Task.sleep(for: .seconds(2))
            notebook.session.interrupt()
            let ended = await page
            #expect(ended.error?.name == "Interrupted", "\(text): \(ended)")
        }
        #expect(await notebook.run("kept < 10").result == "true")
        #expect(await notebook.run("await Task.detached { 5 }.value").result == "5")
    }
}
