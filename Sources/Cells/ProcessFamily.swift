import FoundationEssentials
import Glibc

/// A process and all that descend from it, such as the kernel's: the worker, compilers, and what cells start.
package struct ProcessFamily {
    /// One process as /proc shows it.
    package struct Member {
        package let id: Int32
        let parent: Int32
        package let name: String
        /// When it began, in the system's ticks.
        let start: UInt64
        /// Seconds of processor time since it began.
        package let processorTime: Double
    }

    package let members: [Member]

    /// The processes as they are now.
    ///
    /// - Parameter eldest: the process from which the others descend; this one, if it is not given.
    package init(of eldest: pid_t = getpid()) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let all = names.compactMap { Int32($0) }.compactMap(Member.init(id:))
        let children = Dictionary(grouping: all, by: \.parent)
        var family = all.filter { $0.id == eldest }
        var next = 0
        while next < family.count {
            family += children[family[next].id] ?? []
            next += 1
        }
        members = family
    }

    /// Ends all members but this process, at once.
    package func kill() { send(SIGKILL) }

    /// Ends a process and all that descend from it, also those that it is about to start.
    package static func end(of eldest: pid_t) {
        ProcessFamily(of: eldest).send(SIGSTOP)
        ProcessFamily(of: eldest).send(SIGKILL)
    }

    private func send(_ signal: Int32) {
        for member in members where member.id != getpid() {
            // A number may have gone to another process since: that one began later.
            guard let present = Member(id: member.id), present.start == member.start else { continue }
            Glibc.kill(member.id, signal)
        }
    }
}

extension ProcessFamily.Member {
    init?(id: Int32) {
        guard let text = try? String(contentsOf: URL(filePath: "/proc/\(id)/stat"), encoding: .utf8),
            // The name is in parentheses and may hold anything, parentheses too.
            let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 19, let parent = Int32(fields[1]), let user = Double(fields[11]),
            let system = Double(fields[12]),
            let start = UInt64(fields[19])
        else { return nil }
        self.id = id
        self.parent = parent
        self.start = start
        name = String(text[text.index(after: open)..<close])
        processorTime = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The bytes of memory that are its own, with its share of what it shares.
    package var memory: Int {
        let lines = (try? String(contentsOf: URL(filePath: "/proc/\(id)/smaps_rollup"), encoding: .utf8)) ?? ""
        for line in lines.split(separator: "\n") where line.hasPrefix("Pss:") {
            return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
        }
        return 0
    }
}
