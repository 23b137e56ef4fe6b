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
    ) -> Result {
        guard let pipe = Pipe() else { return Result(status: 127, output: "no pipe: errno \(errno)") }
        defer { close(pipe.reading) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe.writing, 1)
        posix_spawn_file_actions_adddup2(&actions, pipe.writing, 2)
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = Spawning.alone { posix_spawnp(&child, program, &actions, nil, &words, environ) }
        close(pipe.writing)
        guard failure == 0 else {
            return Result(status: 127, output: "\(program): \(String(cString: strerror(failure)))")
        }
        identifier.withLock { $0 = child }
        if wasCancelled { ProcessFamily.end(of: child) }
        let output = Self.readAll(pipe.reading, hear)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        identifier.withLock { $0 = nil }
        let signal = status & 0x7f
        return Result(
            status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: String(decoding: output, as: UTF8.self))
    }

    /// Ends the program, with all that it has started.
    package func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
        identifier.withLock { if let child = $0 { ProcessFamily.end(of: child) } }
    }

    package var wasCancelled: Bool { isCancelled.load(ordering: .sequentiallyConsistent) }

    private static func readAll(_ descriptor: Int32, _ hear: (String) -> Void) -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return all }
            all += chunk[..<count]
            hear(String(decoding: chunk[..<count], as: UTF8.self))
        }
    }
}
