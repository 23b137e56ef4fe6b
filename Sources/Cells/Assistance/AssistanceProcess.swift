import Dispatch
import Glibc
import Notebook
import Synchronization

/// The kernel's side of completion and inspection: a process that answers, and is replaced when it ends, hangs or grows.
///
/// A question about code runs the compiler over a text that nobody has finished, so what goes wrong there goes wrong in
/// that process and leaves the kernel alone.
package final class AssistanceProcess: Sendable {
    /// How long an answer may take.
    private static let patience = Duration.seconds(8)
    /// The bytes of memory at which the process is replaced.
    private static let memoryLimit = 600 << 20
    /// How long nobody runs a cell before it reads what cells declared: it would take the processor from the next one.
    private static let calm = DispatchTimeInterval.milliseconds(250)

    private struct Running {
        let process: pid_t
        let channel: AssistanceChannel
        /// Whether it has answered yet.
        var isWarm = false
    }

    private struct State {
        var running: Running?
        var isShutDown = false
    }

    private let command: [String]
    private let firstPatience: Duration
    private let surroundings: @Sendable () -> Surroundings
    private let state = Mutex(State())
    /// Questions are asked one after another, off the threads that must not wait.
    private let queue = DispatchQueue(label: "assistance")
    private let preparations = Atomic<Int>(0)

    /// An assistant that starts at once and warms itself up.
    ///
    /// - Parameters:
    ///   - command: the program with its arguments; it serves on its standard input.
    ///   - firstPatience: how long the first answer may take, in which the modules of the system are read.
    ///   - surroundings: what cells see at the time of a question.
    package init(
        command: [String], firstPatience: Duration = .seconds(60), surroundings: @escaping @Sendable () -> Surroundings
    ) {
        self.command = command
        self.firstPatience = firstPatience
        self.surroundings = surroundings
        prepare()
    }

    /// What can stand at the cursor, counted in code points.
    package func complete(_ text: String, at cursor: Int) async -> Completion? {
        if Nesting.excess(in: text) != nil { return nil }
        return await ask(.complete(text: text, cursor: cursor))?.completion
    }

    /// What the name at the cursor is.
    package func inspect(_ text: String, at cursor: Int, detail: InspectionDetail) async -> MIMEBundle? {
        if Nesting.excess(in: text) != nil { return nil }
        return await ask(.inspect(text: text, cursor: cursor, detail: detail))?.page
    }

    /// Reads what the cells of now need, so that the next question is answered quickly. Returns at once.
    ///
    /// Of cells that follow one another it waits for the last.
    package func prepare() {
        let number = preparations.add(1, ordering: .relaxed).newValue
        prepare(.modules, for: number, after: Self.calm)
    }

    /// Does one thing after another; questions that come meanwhile are answered in between.
    private func prepare(
        _ preparation: AssistanceRequest.Preparation, for number: Int, after delay: DispatchTimeInterval = .seconds(0)
    ) {
        queue.asyncAfter(deadline: .now() + delay) { [weak self] in
            guard let self, self.preparations.load(ordering: .relaxed) == number,
                self.answer(.prepare(preparation)) != nil,
                let next = AssistanceRequest.Preparation(rawValue: preparation.rawValue + 1)
            else { return }
            self.prepare(next, for: number)
        }
    }

    /// Ends the process.
    package func shutdown() {
        let running = state.withLock { state in
            state.isShutDown = true
            defer { state.running = nil }
            return state.running
        }
        if let running { Self.end(running) }
    }

    /// The process's identifier while it runs.
    package var processID: Int32? { state.withLock { $0.running?.process } }

    private func ask(_ question: AssistanceRequest.Question) async -> AssistanceReply? {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.answer(question)) }
        }
    }

    /// The answer to a question. A process that ended is replaced by one that is asked again, once: the question itself
    /// may be what ends it.
    private func answer(_ question: AssistanceRequest.Question) -> AssistanceReply? {
        let asked = ContinuousClock.now
        if let reply = attempt(question) { return reply }
        return .now - asked < Self.patience ? attempt(question) : nil
    }

    private func attempt(_ question: AssistanceRequest.Question) -> AssistanceReply? {
        guard let running = start() else { return nil }
        let patience = running.isWarm ? Self.patience : firstPatience
        var surroundings = surroundings()
        if case .inspect(_, _, .declaration) = question {} else { surroundings = surroundings.withoutTexts }
        let request = AssistanceRequest(question, in: surroundings)
        guard running.channel.send(request),
            let reply = running.channel.receive(AssistanceReply.self, before: .now + patience)
        else {
            replace(running)
            return nil
        }
        state.withLock { $0.running?.isWarm = true }
        if reply.memory > Self.memoryLimit { replace(running) }
        return reply
    }

    /// Ends a process and has the next one warm itself up.
    private func replace(_ running: Running) {
        let isOurs = state.withLock { state in
            guard state.running?.process == running.process else { return false }
            state.running = nil
            return true
        }
        guard isOurs else { return }
        Self.end(running)
        // One that never answered would not answer the next time either: it is left until somebody asks.
        if running.isWarm { prepare() }
    }

    private static func end(_ running: Running) {
        kill(running.process, SIGKILL)
        close(running.channel.descriptor)
        while waitpid(running.process, nil, 0) == -1, errno == EINTR {}
    }

    /// The process that runs, started where there is none.
    private func start() -> Running? {
        state.withLock { state in
            if state.isShutDown { return nil }
            if state.running == nil { state.running = Self.spawn(command) }
            return state.running
        }
    }

    private static func spawn(_ command: [String]) -> Running? {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard let program = command.first, socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        defer { close(ends[1]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The compiler's own messages about unfinished code are for nobody.
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

        var process: pid_t = 0
        var words = command.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        guard posix_spawn(&process, program, &actions, nil, &words, environ) == 0 else {
            close(ends[0])
            return nil
        }
        return Running(process: process, channel: AssistanceChannel(descriptor: ends[0]))
    }
}
