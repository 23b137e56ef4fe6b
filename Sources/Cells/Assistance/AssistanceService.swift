import Dispatch
import FoundationEssentials
import Glibc
import Processes

/// What runs in the assistant's process: it answers the kernel's questions until the kernel goes.
package final class AssistanceService {
    private let kit: SourceKit
    private let completer: Completer
    private let inspector: Inspector

    /// Opens the toolchain's sourcekitd.
    ///
    /// - Throws: `SourceKitError` where there is none that can be used.
    package init(library: String) throws(SourceKitError) {
        kit = try SourceKit(library: library)
        completer = try Completer(kit)
        inspector = try Inspector(kit)
        // A cell's module may be written again under its name: it is looked at for each question.
        _ = try? kit.send(
            SourceKitRequest(kind: "configuration.global", values: ["completion_check_dependency_interval": .number(0)])
        )
    }

    /// Answers on a connection until the other end closes it, which ends this process.
    package func serve(on descriptor: Int32) -> Never {
        let kernel = getppid()
        // Also in the middle of an answer.
        DispatchQueue(label: "peer").async {
            var end = pollfd(fd: descriptor, events: 0, revents: 0)
            while poll(&end, 1, -1) < 1 {}
            Self.leave(kernel)
        }
        let channel = AssistanceChannel(descriptor: descriptor)
        while let request = channel.receive(AssistanceRequest.self) {
            var reply = answer(request)
            reply.memory = Self.memory
            guard channel.send(reply) else { break }
        }
        Self.leave(kernel)
    }

    /// Ends this process. The worker ends what the kernel leaves behind, this process too; where a cell has stopped the
    /// worker, it is done from here.
    private static func leave(_ kernel: pid_t) -> Never {
        usleep(500_000)
        ProcessFamily.endOwn(ifGone: kernel)
        _exit(0)
    }

    /// Answers one question.
    package func answer(_ request: AssistanceRequest) -> AssistanceReply {
        var reply = AssistanceReply()
        let surroundings = request.surroundings
        switch request.question {
        case .complete(let text, let cursor):
            reply.completion = try? completer.complete(CodePosition(text, cursor: cursor), in: surroundings)
        case .inspect(let text, let cursor, let detail):
            reply.page = try? inspector.inspect(CodePosition(text, cursor: cursor), detail: detail, in: surroundings)
        case .prepare(.modules):
            completer.readSystem(in: surroundings)
            _ = try? completer.complete(CodePosition("0.", cursor: 2), in: surroundings)
        case .prepare(.interfaces):
            _ = try? completer.complete(CodePosition("", cursor: 0), in: surroundings)
            _ = try? inspector.inspect(CodePosition("print(", cursor: 6), detail: .documentation, in: surroundings)
        case .prepare(.system):
            completer.learnSystem(in: surroundings)
        }
        return reply
    }

    /// The bytes that the process has in memory.
    private static var memory: Int {
        let text = (try? String(contentsOf: URL(filePath: "/proc/self/statm"), encoding: .utf8)) ?? ""
        let fields = text.split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
