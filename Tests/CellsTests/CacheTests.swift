import Foundation
import Testing

import Cells

@Suite struct CacheTests {
    /// A compiler with a cache of its own, and a way to put something old into it.
    private struct Cache {
        let path = NSTemporaryDirectory() + "martlet-cache-\(UUID().uuidString)"
        let compiler: CellCompiler

        init(longestWait: DispatchTimeInterval = .seconds(600)) throws {
            let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
            let installation = try #require(Installation(besideProgram: program) ?? Installation.current)
            let toolchain = try #require(Toolchain.current(environment: ProcessInfo.processInfo.environment))
            compiler = try CellCompiler(
                installation: installation, toolchain: toolchain, cache: path, longestWait: longestWait)
        }

        /// Writes files of 100 kB that were used some days ago.
        func put(_ names: [String], days: Double) throws {
            for name in names {
                let file = URL(filePath: path).appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(repeating: 1, count: 100_000).write(to: file)
                try age(file.path, by: days)
                try age(file.deletingLastPathComponent().path, by: days)
            }
        }

        private func age(_ path: String, by days: Double) throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -days * 86400)], ofItemAtPath: path)
        }

        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        var own: String { URL(filePath: compiler.folder).lastPathComponent }
    }

    @Test func removesWhatWasUsedLeastRecently() throws {
        let cache = try Cache()
        defer { try? FileManager.default.removeItem(atPath: cache.path) }
        let old = "\(cache.own)/Cell_0123456789abcdef", new = "\(cache.own)/Cell_fedcba9876543210"
        try cache.put([old + ".so", old + ".swiftmodule", old + "-until3/x"], days: 5)
        try cache.put([new + ".so", new + ".swiftmodule"], days: 1)
        try cache.put(["packages/Old-1/used", "packages/Old-1/build/x"], days: 4)
        try cache.put(["packages/New-1/used", "packages/New-1/build/x"], days: 2)
        cache.compiler.prune(to: 450_000)
        #expect(!cache.has(old + ".so") && !cache.has(old + "-until3/x") && !cache.has("packages/Old-1"))
        #expect(cache.has(new + ".so") && cache.has(new + ".swiftmodule") && cache.has("packages/New-1/build/x"))
        cache.compiler.prune(to: 0)
        #expect(!cache.has(new + ".so") && !cache.has("packages/New-1"))
    }

    @Test func keepsWhatASessionUses() throws {
        let cache = try Cache()
        defer { try? FileManager.default.removeItem(atPath: cache.path) }
        let cell = "\(cache.own)/Cell_0123456789abcdef.so"
        try cache.put([cell, "packages/P-1/used", "cells-other/Cell_1.so", "cells-other/used"], days: 9)
        let package = try CacheFolder(cache.path + "/packages/P-1")
        let other = try CacheFolder(cache.path + "/cells-other")
        let twin = try CacheFolder(cache.compiler.folder)
        cache.compiler.prune(to: 0)
        #expect(cache.has(cell) && cache.has("packages/P-1/used") && cache.has("cells-other/Cell_1.so"))
        withExtendedLifetime((package, other, twin)) {}
    }

    @Test func removesTheCellsOfABuildThatWasReplaced() throws {
        let cache = try Cache()
        defer { try? FileManager.default.removeItem(atPath: cache.path) }
        try cache.put(["cells-older/Cell_1.so", "cells-strange/Cell_1.so"], days: 0)
        try cache.compiler.builder.write(toFile: cache.path + "/cells-older/worker", atomically: true, encoding: .utf8)
        cache.compiler.prune()
        #expect(!cache.has("cells-older") && cache.has("cells-strange/Cell_1.so"))
    }

    @Test func aFrontendThatNobodyNeedsEnds() async throws {
        let cache = try Cache(longestWait: .milliseconds(500))
        defer { try? FileManager.default.removeItem(atPath: cache.path) }
        try cache.compiler.compileRoot()
        func isReady() -> Bool {
            let files = try? FileManager.default.contentsOfDirectory(atPath: cache.compiler.folder)
            return files?.contains { $0.contains(".\(getpid())-") } ?? false
        }
        func wait(for seconds: Int, while condition: () -> Bool) async throws {
            for _ in 0..<seconds * 100 where condition() { try await Task.sleep(for: .milliseconds(10)) }
        }
        for _ in 0..<2 {
            cache.compiler.makeReady(for: .empty)
            try await wait(for: 2) { !isReady() }
            try await wait(for: 30) { isReady() }
            #expect(!isReady())
        }
        _ = try cache.compiler.compile("let a = 1", after: .empty)
    }
}
