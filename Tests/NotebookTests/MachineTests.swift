import Foundation
import Testing

import Notebook

@Suite struct MachineTests {
    /// The limits that are read where `files` stand under the root of the hierarchies.
    private func limits(membership: String, _ files: [String: String]) throws -> ControlGroups {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in files.merging(["membership": membership], uniquingKeysWith: { a, _ in a }) {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return ControlGroups(membership: folder.appending(path: "membership").path, root: folder.path)
    }

    @Test func aContainerMayHaveLessThanTheMachine() throws {
        let unified = try limits(
            membership: "0::/\n", ["cpu.max": "150000 100000\n", "memory.max": "4294967296\n"])
        #expect(unified.cores == 2)
        #expect(unified.memory == 4_294_967_296)
        let first = try limits(
            membership: "4:memory:/docker/1f\n1:cpu,cpuacct:/docker/1f\n",
            [
                "cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n",
                "memory/memory.limit_in_bytes": "1000000\n",
            ])
        #expect(first.cores == 4)
        #expect(first.memory == 1_000_000)
    }

    @Test func theTightestOfNestedLimitsCounts() throws {
        let nested = try limits(
            membership: "0::/user/service\n",
            [
                "user/cpu.max": "300000 100000", "user/service/cpu.max": "max 100000", "user/memory.max": "500",
                "user/service/memory.max": "800",
            ])
        #expect(nested.cores == 3)
        #expect(nested.memory == 500)
    }

    @Test func withoutLimitsTheMachineCounts() throws {
        let none = try limits(
            membership: "0::/\n1:cpu:/\nnonsense\n",
            [
                "cpu.max": "max 100000", "memory.max": "max", "cpu/cpu.cfs_quota_us": "-1",
                "cpu/cpu.cfs_period_us": "100000",
            ])
        #expect(none.cores == nil)
        #expect(none.memory == nil)
        #expect(ControlGroups(membership: "/nowhere", root: "/nowhere").cores == nil)
        #expect(Machine.coreCount >= 1)
        #expect(Machine.memory > 1 << 20)
    }
}
