import FoundationEssentials
import Glibc

/// A process and all that it has led to, such as the kernel's: the worker, compilers, and what cells start.
///
/// Whoever descends from it belongs to it, and whoever carries its mark in its environment: a process whose parent has
/// ended is nobody's descendant any more.
package struct ProcessFamily {
    /// One process as /proc shows it.
    package struct Member {
        package let id: Int32
        let parent: Int32
        package let name: String
        let isZombie: Bool
        /// When it began, in the system's ticks.
        let start: UInt64
        /// Seconds of processor time since it began.
        package let processorTime: Double
    }

    package let members: [Member]

    /// The processes as they are now.
    ///
    /// - Parameters:
    ///   - eldest: the process from which the others descend.
    ///   - mark: what others carry who belong to it.
    package init(of eldest: pid_t, marked mark: String? = nil) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let all = names.compactMap { Int32($0) }.compactMap(Member.init(id:))
        let children = Dictionary(grouping: all, by: \.parent)
        var family: [Member] = []
        var known: Set<Int32> = []
        func add(_ member: Member) {
            guard known.insert(member.id).inserted else { return }
            family.append(member)
            for child in children[member.id] ?? [] { add(child) }
        }
        for member in all where member.id == eldest { add(member) }
        if let mark { for member in all where !known.contains(member.id) && member.carries(mark) { add(member) } }
        members = family
    }

    /// This process, what has come from it, and what has come from others of its family.
    package static var own: ProcessFamily { ProcessFamily(of: getpid(), marked: mark) }

    /// Ends a process and all that belong to it, except this process.
    package static func end(of eldest: pid_t, marked mark: String? = nil) {
        for _ in 0..<10 {
            let others = ProcessFamily(of: eldest, marked: mark).members.filter { $0.id != getpid() && !$0.isZombie }
            if others.isEmpty { return }
            // One that is stopped starts no other.
            for signal in [SIGSTOP, SIGKILL] { for member in others { member.send(signal) } }
        }
    }

    /// Ends all of this process's family but itself.
    package static func endOwn() { end(of: getpid(), marked: mark) }

    /// Does so where the process that started this one has ended; a connection to it may be lost for another reason.
    package static func endOwn(ifGone parent: pid_t) {
        // Connections close a moment before a process has ended.
        for _ in 0..<100 where getppid() == parent { usleep(5_000) }
        if getppid() != parent { endOwn() }
    }

    // MARK: Marks

    private static let variable = "MARTLET_FAMILY"

    /// What all of this process's family carry; nil where it belongs to none.
    package static let mark = getenv(variable).flatMap {
        String(cString: $0).split(separator: "/").first.map(String.init)
    }

    /// Begins a family with this process. Call it before anything else is started.
    package static func found() {
        let start = Member(id: getpid())?.start ?? 0
        setenv(variable, "\(getpid()).\(start)", 1)
        _ = mark
    }

    /// A branch of this process's family: what a child that begins it has in its environment, and what its members carry.
    package static func branch(_ number: Int) -> (environment: [String: String], mark: String?) {
        guard let mark else { return ([:], nil) }
        return ([variable: "\(mark)/\(number)"], "\(mark)/\(number)")
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
        // While other threads live, one whose first thread has ended looks like a zombie, and is none.
        isZombie = fields[0] == "Z" && (Int(fields[17]) ?? 0) < 2
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

    /// Whether it carries a mark, or that of a branch.
    fileprivate func carries(_ mark: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/environ") else { return false }
        return data.split(separator: 0).contains { entry in
            let entry = String(decoding: entry, as: UTF8.self)
            return (entry + "/").hasPrefix("\(ProcessFamily.variable)=\(mark)/")
        }
    }

    fileprivate func send(_ signal: Int32) {
        // A number may have gone to another process since: that one began later.
        guard let present = Self(id: id), present.start == start else { return }
        Glibc.kill(id, signal)
    }
}
