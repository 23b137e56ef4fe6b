import Foundation
import Kernel
import Testing

@Suite struct ReadyFrontendTests {
    /// A notebook whose cells nobody else compiles.
    private struct Alone {
        let cache = NSTemporaryDirectory() + "martlet-ready-\(UUID().uuidString)"
        let notebook: Notebook

        init() throws { notebook = try Notebook(cache: cache) }

        var files: [String] {
            let stores = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
            return stores.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: "\(cache)/\($0)")) ?? [] }
        }

        func contents(of file: String) -> Data? {
            let stores = (try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []
            return stores.lazy.compactMap { FileManager.default.contents(atPath: "\(cache)/\($0)/\(file)") }.first
        }

        /// The module that the frontend makes that waits.
        func waiting() async throws -> String {
            for _ in 0..<500 {
                let folder = files.first { $0.hasPrefix("Cell_") && $0.contains(".\(getpid())-") }
                if let folder { return String(folder.prefix(21)) }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    @Test func theNextCellIsCompiledByTheFrontendThatWaits() async throws {
        let alone = try Alone()
        defer { try? FileManager.default.removeItem(atPath: alone.cache) }
        #expect(await alone.notebook.run("let a = 1\na").result == "1")
        let next = try await alone.waiting()
        #expect(await alone.notebook.run("a + 1").result == "2")
        #expect(alone.files.contains("\(next).so"))
    }

    @Test func aFrontendThatHasReadEarlierCellsCompilesTheNextOne() async throws {
        let alone = try Alone()
        defer { try? FileManager.default.removeItem(atPath: alone.cache) }
        var before = "1"
        for index in 0..<6 {
            let next = try await alone.waiting()
            let cell = await alone.notebook.run(
                "struct S\(index) { var n = \(before) + 1 }\nlet s\(index) = S\(index)()")
            #expect(cell.error == nil)
            #expect(alone.files.contains("\(next).so"))
            before = "s\(index).n"
        }
        #expect(await alone.notebook.run("s5.n + s0.n").result == "9")
        // Nothing that a cell leaves speaks of what waited.
        for file in alone.files where file.hasSuffix(".swiftmodule") && file.hasPrefix("Cell_") {
            let module = try #require(alone.contents(of: file))
            #expect(["CellPast", "CellGate", alone.cache].allSatisfy { module.range(of: Data($0.utf8)) == nil })
        }
    }

    @Test func aCellThatBeganAnewIsNotSeenByTheNextOne() async throws {
        let notebook = try Notebook()
        await notebook.run("struct P {}\nprotocol Q { var name: String { get } }")
        for name in ["first", "second", "third"] {
            await notebook.run("extension P: Q { var name: String { \"\(name)\" } }")
            #expect(await notebook.run("let q: any Q = P()\nq.name").result == "\"\(name)\"")
        }
    }

    @Test func whatWaitsIsGoneWithTheSession() async throws {
        let alone = try Alone()
        defer { try? FileManager.default.removeItem(atPath: alone.cache) }
        #expect(await alone.notebook.run("1").result == "1")
        _ = try await alone.waiting()
        alone.notebook.session.shutdown()
        #expect(!alone.files.contains { $0.contains(".\(getpid())-") })
    }

    @Test func messagesHaveTheirPlacesWhoeverCompiles() async throws {
        let alone = try Alone()
        defer { try? FileManager.default.removeItem(atPath: alone.cache) }
        for text in ["let x = 1\nlet y: Int = \"é\" + x", "struct S {\n    var x = 1"] {
            await alone.notebook.run("1")
            _ = try await alone.waiting()
            let ready = await alone.notebook.run(text)
            // Optimized cells are compiled by a frontend of their own.
            let fresh = await alone.notebook.run("%%fast\n" + text)
            #expect(ready.error?.message == fresh.error?.message && ready.error != nil)
        }
    }

    @Test func aTextWithoutRoomIsCompiledToo() async throws {
        let notebook = try Notebook()
        let note = "// " + String(repeating: "a long story ", count: 6000)
        #expect(await notebook.run("\(note)\nlet long = 3\nlong").result == "3")
        #expect(await notebook.run("long + 1").result == "4")
    }
}
