import Notebook
import FoundationEssentials
import Glibc
import JupyterWire
import Logging
import Synchronization

/// A Jupyter kernel: it routes requests to the session that runs cells and tells clients what comes of them.
///
/// What can be answered at once is answered on the thread of the sockets, so that nothing a cell does keeps it from
/// being answered. Cells and comms wait in the lane of their subshell; what the assistant answers, which may take it long,
/// has a lane of its own, and so have the other questions.
package final class Kernel: Sendable {
    /// What a person can set from outside.
    package struct Settings: Sendable {
        /// Where history is kept; nil keeps it in memory.
        package var historyPath: String?
        /// How many bytes a cell may publish.
        package var outputLimit: Int
        /// The version of the toolchain that compiles cells.
        package var swiftVersion: String

        /// The settings that environment variables ask for: `MARTLET_HISTORY` and `MARTLET_OUTPUT_LIMIT`.
        package init(environment: [String: String], swiftVersion: String) {
            historyPath = History.path(in: environment)
            outputLimit = environment["MARTLET_OUTPUT_LIMIT"].flatMap { Int($0) } ?? .max
            self.swiftVersion = swiftVersion
        }
    }

    /// What waits for what: requests of one lane are answered one after another.
    private enum LaneName: Hashable {
        /// Cells and comm messages of a subshell; nil is the main shell.
        case shell(String?)
        /// Completion and inspection.
        case assistance
        /// Whether a text is whole, history, the comms that are open.
        case inquiries

        var subshell: String? { if case .shell(let id) = self { id } else { nil } }
    }

    let outlet: Outlet
    let session: any CellSession
    let assistant: (any Assistant)?
    let settings: Settings
    let history: History
    let questions = Questions()
    let comms = Comms()
    let warnings: Warnings
    private let ports: Connection.Ports
    private let information: KernelInfo
    private let meter = UsageMeter()
    private let count = Mutex(0)
    private let lanes = Mutex<[LaneName: Lane]>([:])
    private let stop: @Sendable (Bool) -> Void

    /// A kernel that answers through an outlet.
    ///
    /// - Parameters:
    ///   - ports: where its sockets are, for clients that know only one of them.
    ///   - stop: ends the kernel after a client has asked for it; it must not wait.
    package init(
        outlet: Outlet, ports: Connection.Ports, session: any CellSession, assistant: (any Assistant)?,
        settings: Settings, log: Logger,
        stop: @escaping @Sendable (_ restart: Bool) -> Void
    ) {
        self.outlet = outlet
        self.ports = ports
        self.session = session
        self.assistant = assistant
        self.settings = settings
        warnings = Warnings(log)
        self.stop = stop
        history = History(path: settings.historyPath)
        information = KernelInfo(swiftVersion: settings.swiftVersion)
        lanes.withLock { lanes in
            lanes[.shell(nil)] = makeShell(nil)
            for name in [LaneName.assistance, .inquiries] {
                lanes[name] = Lane { [unowned self] turn, _ in
                    turn.exchange.publish(status: "busy")
                    await answer(turn.exchange)
                    turn.exchange.publish(status: "idle")
                }
            }
        }
    }

    /// Takes a message that came in. Returns soon.
    package func receive(_ message: Message, on channel: Channels.Channel) {
        if channel == .stdin {
            guard message.header.type == "input_reply", let reply = try? message.decode(InputReply.self) else { return }
            return questions.answer(reply.value, to: message.parentID, from: message.identities)
        }
        let exchange = Exchange(request: message, channel: channel, outlet: outlet)
        // Subshells are lanes of the shell channel; on the control channel they mean nothing. Handlers of comms share the
        // variables of the main shell's cells, so they wait among those, though front ends send them to a subshell.
        let isForHandlers = ["comm_open", "comm_msg", "comm_close"].contains(message.header.type)
        let subshell = channel == .shell && !isForHandlers ? message.header.subshell : nil
        let lanes = lanes.withLock { $0 }
        guard let shell = lanes[.shell(subshell)] else {
            var failure = Failure(unknownSubshell: subshell ?? "")
            // A cell's reply has a number, whatever comes of the cell.
            if message.header.type == "execute_request" { failure.executionCount = number(counting: false) }
            return exchange.whileBusy { exchange.reply(failure) }
        }
        switch message.header.type {
        case "execute_request", "comm_open", "comm_msg", "comm_close": shell.add(exchange)
        case "complete_request", "inspect_request": lanes[.assistance]?.add(exchange)
        case "is_complete_request", "history_request", "comm_info_request": lanes[.inquiries]?.add(exchange)
        default:
            exchange.whileBusy { answerAtOnce(exchange) }
        }
    }

    /// Stops the cells that run and the questions that they ask.
    package func interrupt() {
        for lane in lanes.withLock({ Array($0.values) }) { lane.noteInterrupt() }
        session.interrupt()
        questions.withdraw()
    }

    /// The number of the next cell, or of the last one where this one is not counted.
    func number(counting: Bool) -> Int {
        count.withLock { count in
            if counting { count += 1 }
            return count
        }
    }

    private func makeShell(_ id: String?) -> Lane {
        Lane(
            id: id,
            foresee: { [unowned self] exchange in
                guard exchange.request.header.type == "execute_request",
                    let request = try? exchange.request.decode(ExecuteRequest.self), !request.isSilent
                else { return }
                let number = count.withLock { $0 } + 1
                session.prepare(Cell(text: request.code, number: number, lane: id, allowsInput: request.allowsInput))
            },
            handle: { [unowned self] turn, lane in
                turn.exchange.publish(status: "busy")
                if turn.exchange.request.header.type == "execute_request" {
                    await execute(turn, in: lane)
                } else {
                    await deliver(turn.exchange, in: lane)
                }
                turn.exchange.publish(status: "idle")
            })
    }

    // MARK: What is answered at once

    private func answerAtOnce(_ exchange: Exchange) {
        do throws(UnusableContent) {
            switch exchange.request.header.type {
            case "kernel_info_request": exchange.reply(information)
            case "interrupt_request":
                interrupt()
                exchange.reply(Success())
            case "shutdown_request": shutDown(exchange)
            case "connect_request": exchange.reply(ConnectReply(ports: ports))
            case "usage_request": exchange.reply(meter.read())
            case "debug_request": exchange.reply(DebugReply(try exchange.request.decode()))
            case "create_subshell_request":
                let id = UUID().uuidString.lowercased()
                let shell = makeShell(id)
                lanes.withLock { $0[.shell(id)] = shell }
                exchange.reply(["status": "ok", "subshell_id": id])
            case "delete_subshell_request":
                let subshell: SubshellRequest = try exchange.request.decode()
                let known = lanes.withLock { $0.removeValue(forKey: .shell(subshell.subshellId)) }
                known?.abortWaiting()
                if known != nil {
                    exchange.reply(Success())
                } else {
                    exchange.reply(Failure(unknownSubshell: subshell.subshellId))
                }
            case "list_subshell_request":
                let ids = lanes.withLock { $0.keys.compactMap(\.subshell) }.sorted()
                exchange.reply(["status": "ok", "subshell_id": .array(ids.map(JSONValue.string))] as JSONValue)
            default:
                warnings.warn("no answer to such messages", ["type": "\(exchange.request.header.type)"])
            }
        } catch {
            exchange.reply(Failure(error))
        }
    }

    private func shutDown(_ exchange: Exchange) {
        struct Reply: Encodable {
            let status = "ok"
            let restart: Bool
        }
        let reply = Reply(restart: (try? exchange.request.decode(ShutdownRequest.self))?.restart ?? false)
        exchange.reply(reply)
        exchange.publish("shutdown_reply", reply)
        stop(reply.restart)
    }
}
