import Foundation

/// How much of the machine this process may use: all of it, or what a container leaves.
package enum Machine {
    /// Cores that threads of this process keep busy without being held back.
    package static let coreCount = max(1, min(ProcessInfo.processInfo.activeProcessorCount, limits.cores ?? .max))

    /// Bytes of memory.
    package static let memory = min(Int(ProcessInfo.processInfo.physicalMemory), limits.memory ?? .max)

    private static let limits = ControlGroups()
}

/// The limits of the control groups that this process is in, of either version (cgroups(7)).
package struct ControlGroups {
    /// The greatest number of cores' time, rounded up.
    package private(set) var cores: Int?
    /// The greatest number of bytes.
    package private(set) var memory: Int?

    /// - Parameters:
    ///   - membership: the file that names the groups, a line for each hierarchy.
    ///   - root: where the hierarchies are mounted.
    package init(membership: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") {
        let lines = (try? String(contentsOfFile: membership, encoding: .utf8)) ?? ""
        for line in lines.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            // Inside a container the path may be that of the host, of which only the end is to be seen here.
            var path = String(parts[2])
            while true {
                if controllers.isEmpty { read(unified: root + path) }
                if controllers.contains("cpu") { readCores("\(root)/cpu\(path)") }
                if controllers.contains("memory") { readMemory("\(root)/memory\(path)/memory.limit_in_bytes") }
                if path == "/" || path.isEmpty { break }
                path = (path as NSString).deletingLastPathComponent
            }
        }
    }

    private mutating func read(unified folder: String) {
        let time = Self.words(of: "\(folder)/cpu.max").map(Double.init)
        if time.count == 2, let quota = time[0], let period = time[1] { limitCores(to: quota / period) }
        readMemory("\(folder)/memory.max")
    }

    private mutating func readCores(_ folder: String) {
        let quota = Self.words(of: "\(folder)/cpu.cfs_quota_us").first.flatMap(Double.init)
        let period = Self.words(of: "\(folder)/cpu.cfs_period_us").first.flatMap(Double.init)
        if let quota, let period { limitCores(to: quota / period) }
    }

    private mutating func readMemory(_ file: String) {
        guard let limit = Self.words(of: file).first.flatMap({ Int($0) }), limit > 0 else { return }
        memory = min(memory ?? .max, limit)
    }

    private mutating func limitCores(to limit: Double) {
        guard limit > 0, limit < 1e6 else { return }
        cores = min(cores ?? .max, Int(limit.rounded(.up)))
    }

    private static func words(of file: String) -> [String] {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
