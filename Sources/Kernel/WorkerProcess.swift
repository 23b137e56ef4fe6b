import Cells
import FoundationEssentials
import Glibc
import JupyterWire
import Notebook
import Processes
import Synchronization
import WorkerFrames

/// The process that runs cells, with the pipes and the socket that lead to it.
///
/// What it prints and what it reports arrive in the order in which the cell did both: before a report is handed on, the
/// pipes are read as far as they are filled, and the worker waits after a display until this has happened.
final class WorkerProcess: Sendable {
    /// What a worker says, on the thread that listens to it.
    enum Event: Sendable {
        case text(stream: String, String)
        case report(WorkerReport)
        /// It is gone: the signal that ended it, where one did.
        case ended(signal: Int32?)
    }

    let identifier: pid_t
    /// What those carry whom its cells start.
    private let mark: String?
    private let isGone = Mutex(false)
    private let channel: FrameChannel
    private let output: Pipe
    private let errors: Pipe

    /// Starts a worker; its events go to `listener` until it has ended.
    ///
    /// - Parameters:
    ///   - number: tells it from the workers before it.
    ///   - folder: where cells begin; nil is where this process is.
    init(
        program: String, number: Int, environment: [String: String], folder: String? = nil,
        listener: @escaping @Sendable (Event) -> Void
    ) throws(WorkerFailure) {
        var sockets: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &sockets) == 0,
            let output = Pipe(), let errors = Pipe()
        else { throw WorkerFailure("no pipes for a worker: errno \(errno)") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        // A descriptor that is already in its place would keep its mark to be closed.
        for (target, source) in [(Int32(1), output.writing), (2, errors.writing), (3, sockets[1])] {
            posix_spawn_file_actions_adddup2(&actions, source, target)
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + [folder].compactMap { $0 }).map { strdup($0) } + [nil]
        let branch = ProcessFamily.branch(number)
        mark = branch.mark
        let environment = environment.merging(branch.environment) { $1 }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var child: pid_t = 0
        // The threads of Dispatch, on which this may run, block signals; the worker lives by them.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let failure = Spawning.alone { posix_spawn(&child, program, &actions, &attributes, &words, &variables) }
        close(sockets[1])
        close(output.writing)
        close(errors.writing)
        guard failure == 0 else {
            for descriptor in [sockets[0], output.reading, errors.reading] { close(descriptor) }
            throw WorkerFailure("\(program): \(String(cString: strerror(failure)))")
        }
        identifier = child
        channel = FrameChannel(descriptor: sockets[0])
        self.output = output
        self.errors = errors
        startThread { self.listen(listener) }
    }

    /// Tells the worker something.
    func send(_ order: WorkerOrder) { channel.send(order) }

    /// Ends the worker at once, with all that its cells have started.
    func kill() { isGone.withLock { if !$0 { ProcessFamily.end(of: identifier, marked: mark) } } }

    private func listen(_ listener: (Event) -> Void) {
        let take: (String, String) -> Void = { listener(.text(stream: $0, $1)) }
        var streams = [WorkerStream(output.reading, name: "stdout"), WorkerStream(errors.reading, name: "stderr")]
        while true {
            var descriptors = [pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)]
            descriptors += streams.map { pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0) }
            guard poll(&descriptors, 3, -1) >= 0 || errno == EINTR else { break }
            for index in streams.indices where descriptors[index + 1].revents != 0 {
                streams[index].readOnce(take)
            }
            guard descriptors[0].revents != 0 else { continue }
            guard let report = channel.receive(WorkerReport.self) else { break }
            for index in streams.indices { streams[index].drain(take) }
            listener(.report(report))
        }
        for index in streams.indices { streams[index].drain(take) }
        kill()
        var status: Int32 = 0
        isGone.withLock {
            while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
            $0 = true
        }
        for descriptor in [channel.descriptor, output.reading, errors.reading] { close(descriptor) }
        listener(.ended(signal: status & 0x7f == 0 ? nil : status & 0x7f))
    }
}

/// Why there is no worker.
struct WorkerFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One of the worker's output streams: bytes become text, and a character that has come half waits for its other half.
private struct WorkerStream {
    let descriptor: Int32
    let name: String
    private(set) var isOpen = true
    private var rest: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Reads what is there, up to a chunk, and returns how many bytes that was.
    @discardableResult
    mutating func readOnce(atMost limit: Int = .max, _ take: (String, String) -> Void) -> Int {
        guard isOpen else { return 0 }
        let count = read(descriptor, &chunk, min(limit, chunk.count))
        if count < 0 && errno == EINTR { return 0 }
        guard count > 0 else {
            isOpen = false
            if !rest.isEmpty { take(name, String(decoding: rest, as: UTF8.self)) }
            rest = []
            return 0
        }
        var bytes = rest + chunk[..<count]
        let whole = bytes.count - Self.unfinished(bytes)
        rest = Array(bytes[whole...])
        bytes.removeSubrange(whole...)
        if !bytes.isEmpty { take(name, String(decoding: bytes, as: UTF8.self)) }
        return count
    }

    /// Reads what is there now. A thread that prints for ever would always have more.
    mutating func drain(_ take: (String, String) -> Void) {
        var left: Int32 = 0
        guard ioctl(descriptor, UInt(FIONREAD), &left) == 0 else { return }
        while isOpen, left > 0 { left -= Int32(readOnce(atMost: Int(left), take)) }
    }

    /// How many bytes at the end are the beginning of a character that is not whole.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for (index, byte) in bytes.reversed().prefix(3).enumerated() where byte & 0xc0 != 0x80 {
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
            return length > index + 1 ? index + 1 : 0
        }
        return 0
    }
}
