import Dispatch
import FoundationEssentials
import Glibc
import Processes
import Synchronization

/// A tool of the toolchain that runs to its end: a compiler, a linker, a formatter.
package final class Subprocess: Sendable {
    /// How a tool ended and what it said.
    package struct Result: Sendable {
        /// The exit status, or 128 and the signal that ended it.
        package let status: Int32
        package let output: String
    }

    /// A program that was started and that nobody has waited for yet.
    struct Child: Sendable {
        let process: pid_t
        /// Where what it says is read.
        let output: Int32
    }

    /// Why a program could not be started.
    struct NotStarted: Error {
        let reason: String
    }

    private let identifier = Mutex<pid_t?>(nil)
    private let isCancelled = Atomic<Bool>(false)

    package init() {}

    /// Runs a program and waits for it, with both of its output streams in one text.
    ///
    /// - Parameters:
    ///   - input: a file for its standard input.
    ///   - hear: is told what it says, as it says it.
    package func run(
        _ program: String, _ arguments: [String], input: String? = nil, hear: (String) -> Void = { _ in }
    ) -> Result { run(program, arguments, input: input, toMake: [], hear: hear) }

    /// Runs a program until it ends, or until files in one folder have their names: what it does after that is to end.
    func run(
        _ program: String, _ arguments: [String], input: String? = nil, toMake files: [String],
        hear: (String) -> Void = { _ in }
    ) -> Result {
        do throws(NotStarted) {
            return follow(try Self.start(program, arguments, input: input), toMake: files, hear: hear)
        } catch {
            return Result(status: 127, output: error.reason)
        }
    }

    /// Starts a program.
    ///
    /// - Parameter passed: what it has as its descriptor 3.
    static func start(
        _ program: String, _ arguments: [String], input: String? = nil, passing passed: Int32? = nil
    ) throws(NotStarted) -> Child {
        guard let pipe = Pipe() else { throw NotStarted(reason: "no pipe: errno \(errno)") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, pipe.writing, 2)
        if let passed { posix_spawn_file_actions_adddup2(&actions, passed, 3) }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = Spawning.alone { posix_spawnp(&child, program, &actions, nil, &words, environ) }
        close(pipe.writing)
        guard failure == 0 else {
            close(pipe.reading)
            throw NotStarted(reason: "\(program): \(String(cString: strerror(failure)))")
        }
        return Child(process: child, output: pipe.reading)
    }

    /// Waits until a program has ended, or until all files that it is to make are there.
    func follow(_ child: Child, toMake files: [String] = [], hear: (String) -> Void = { _ in }) -> Result {
        identifier.withLock { $0 = child.process }
        if wasCancelled { ProcessFamily.end(of: child.process) }
        defer { identifier.withLock { $0 = nil } }
        var output: [UInt8] = []
        if Self.read(child.output, into: &output, until: files, hear) {
            // A big program takes a while to give back its memory, and nobody needs to wait for that.
            DispatchQueue.global().async {
                var rest: [UInt8] = []
                _ = Self.read(child.output, into: &rest, until: []) { _ in }
                _ = Self.end(of: child)
            }
            return Result(status: 0, output: String(decoding: output, as: UTF8.self))
        }
        return Result(status: Self.end(of: child), output: String(decoding: output, as: UTF8.self))
    }

    /// Ends a program that nobody follows.
    static func abandon(_ child: Child) {
        kill(child.process, SIGKILL)
        DispatchQueue.global().async { _ = end(of: child) }
    }

    /// Waits for a program that says nothing any more.
    private static func end(of child: Child) -> Int32 {
        close(child.output)
        var status: Int32 = 0
        while waitpid(child.process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    /// Ends the program, with all that it has started.
    package func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
        identifier.withLock { if let child = $0 { ProcessFamily.end(of: child) } }
    }

    package var wasCancelled: Bool { isCancelled.load(ordering: .sequentiallyConsistent) }

    /// Reads what a program says to its end; true where files were there before that.
    private static func read(
        _ descriptor: Int32, into all: inout [UInt8], until files: [String], _ hear: (String) -> Void
    ) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let names = files.isEmpty ? -1 : inotify_init1(Int32(IN_CLOEXEC))
        defer { if names >= 0 { close(names) } }
        if let file = files.first, names >= 0 {
            inotify_add_watch(names, URL(filePath: file).deletingLastPathComponent().path, UInt32(IN_MOVED_TO))
        }
        while true {
            if names >= 0 {
                if files.allSatisfy({ access($0, F_OK) == 0 }) { return true }
                var sources = [descriptor, names].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                guard poll(&sources, 2, -1) > 0 else { continue }
                if sources[1].revents != 0 { _ = Glibc.read(names, &chunk, chunk.count) }
                if sources[0].revents == 0 { continue }
            }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return false }
            all += chunk[..<count]
            hear(String(decoding: chunk[..<count], as: UTF8.self))
        }
    }
}
