import Cells
import FoundationEssentials
import Glibc
import Processes
import Synchronization

/// The reply to a usage request, with the kernel's processes one by one.
struct UsageReply: Encodable {
    struct Process: Encodable {
        let pid: Int32
        let name: String
        /// Percent of one processor.
        let cpu: Double
        /// Bytes.
        let memory: Int
    }

    struct Memory: Encodable {
        let total, available, used, free: Int
        let percent: Double
    }

    let status = "ok"
    let hostname: String
    let pid = getpid()
    let kernelCpu: Double
    let kernelMemory: Int
    let cpuCount = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    let hostCpuPercent: Double
    let hostVirtualMemory: Memory
    let processes: [Process]
}

/// Measures what the kernel and its processes use between one request and the next.
final class UsageMeter: Sendable {
    private struct Reading {
        var time = ContinuousClock.now
        var processes: [Int32: Double] = [:]
        var host = (busy: 0.0, all: 0.0)
    }

    private let last = Mutex(Reading())

    /// What is used now; shares of processors are means since the last call, or since each process began.
    func read() -> UsageReply {
        let family = ProcessFamily.own
        let now = Reading(
            time: .now, processes: Dictionary(uniqueKeysWithValues: family.members.map { ($0.id, $0.processorTime) }),
            host: Self.hostTimes())
        let before = last.withLock { last in
            defer { last = now }
            return last
        }
        let seconds = max((now.time - before.time) / .seconds(1), 0.001)
        let processes = family.members.map { member in
            UsageReply.Process(
                pid: member.id, name: member.name,
                cpu: max(member.processorTime - (before.processes[member.id] ?? 0), 0) / seconds * 100,
                memory: member.memory)
        }
        let all = max(now.host.all - before.host.all, 1)
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return UsageReply(
            hostname: String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self),
            kernelCpu: processes.reduce(0) { $0 + $1.cpu }, kernelMemory: processes.reduce(0) { $0 + $1.memory },
            hostCpuPercent: min(max((now.host.busy - before.host.busy) / all * 100, 0), 100),
            hostVirtualMemory: Self.hostMemory(), processes: processes)
    }

    private static func hostTimes() -> (busy: Double, all: Double) {
        let text = (try? String(contentsOf: URL(filePath: "/proc/stat"), encoding: .utf8)) ?? ""
        let times = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8).map { Double($0) ?? 0 }
        guard times.count == 8 else { return (0, 0) }
        let all = times.reduce(0, +)
        return (all - times[3] - times[4], all)
    }

    private static func hostMemory() -> UsageReply.Memory {
        let text = (try? String(contentsOf: URL(filePath: "/proc/meminfo"), encoding: .utf8)) ?? ""
        var bytes: [Substring: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, let count = Int(words[1]) { bytes[words[0].dropLast()] = count * 1024 }
        }
        let (total, available) = (bytes["MemTotal"] ?? 0, bytes["MemAvailable"] ?? 0)
        return UsageReply.Memory(
            total: total, available: available, used: total - available, free: bytes["MemFree"] ?? 0,
            percent: total > 0 ? Double(total - available) / Double(total) * 100 : 0)
    }
}
