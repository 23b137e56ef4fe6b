import Cells
import JupyterWire
import Notebook
import Synchronization

/// Running cells, and handing comm messages to them.
extension Kernel {
    func execute(_ turn: Lane.Turn, in lane: Lane) async {
        let exchange = turn.exchange
        let started = ["started": Header.now]
        let request: ExecuteRequest
        do throws(UnusableContent) {
            request = try exchange.request.decode()
        } catch {
            var failure = Failure(error)
            failure.executionCount = number(counting: false)
            return exchange.reply(failure, metadata: started)
        }
        if turn.isAborted {
            let failure = Failure(
                name: "Aborted", message: "Not run, because a cell before it failed.",
                executionCount: number(counting: false))
            return exchange.reply(failure, metadata: started)
        }

        // Whoever interrupts from here on means this cell.
        let interruptions = session.interruptions
        let number = number(counting: request.storesHistory)
        if !request.isSilent { exchange.publish("execute_input", ExecuteInput(code: request.code, number: number)) }
        let relay = Relay(
            exchange, number: number, isSilent: request.isSilent, allowsInput: request.allowsInput,
            limit: settings.outputLimit, questions: questions, comms: comms)
        let outcome = await run(
            request, number: number, interruptions: interruptions, exchange, in: lane, saying: relay)
        relay.flush()
        if request.storesHistory { history.add(line: number, input: request.code, output: relay.resultText) }

        switch outcome {
        case .succeeded:
            if !request.isSilent { assistant?.prepare() }
            let reply = ExecuteReply(
                executionCount: number,
                userExpressions: await evaluate(request.userExpressions, number: number, exchange, in: lane),
                payload: relay.payload)
            exchange.reply(reply, metadata: started)
        case .failed(let name, let message, let traceback):
            var failure = Failure(name: name, message: message, traceback: traceback)
            if !request.isSilent { exchange.publish("error", failure.published) }
            failure.executionCount = number
            failure.userExpressions = [:]
            failure.payload = relay.payload
            if request.stopsOnError, !request.isSilent {
                if name == CellReport.interruption { lane.abortInterrupted() } else { lane.abortWaiting() }
            }
            exchange.reply(failure, metadata: started)
        }
    }

    private func run(
        _ request: ExecuteRequest, number: Int, interruptions: Int, _ exchange: Exchange, in lane: Lane,
        saying relay: Relay
    ) async -> CellOutcome {
        if request.code.allSatisfy(\.isWhitespace) { return .succeeded }
        if let inquiry = NameInquiry(request.code) {
            relay.take(.page(await describe(inquiry)))
            return .succeeded
        }
        let cell = Cell(
            text: request.code, number: number, request: exchange.request.header.id, lane: lane.id,
            isSilent: request.isSilent, allowsInput: request.allowsInput, interruptions: interruptions)
        return await session.run(cell) { relay.take($0) }
    }

    private func describe(_ inquiry: NameInquiry) async -> MIMEBundle {
        let end = inquiry.name.unicodeScalars.count
        let found = await assistant?.inspect(inquiry.name, at: end, detail: inquiry.detail)
        return found ?? MIMEBundle(["text/plain": "Nothing is known about '\(inquiry.name)'."])
    }

    /// The values of expressions, each shown as a result would be, or the error that it ended with.
    private func evaluate(
        _ expressions: [String: JSONValue], number: Int, _ exchange: Exchange, in lane: Lane
    ) async -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, expression) in expressions.sorted(by: { $0.key < $1.key }) {
            guard case .string(let expression) = expression else {
                let message = "The user expression '\(name)' is not a text."
                values[name] = [
                    "status": "error", "ename": "TypeError", "evalue": .string(message),
                    "traceback": [.string(message)],
                ]
                continue
            }
            let shown = Mutex<MIMEBundle?>(nil)
            let cell = Cell(text: expression, number: number, lane: lane.id, allowsInput: false)
            let outcome = await session.run(cell) { output in
                switch output {
                case .result(let bundle): shown.withLock { $0 = bundle }
                case .question(_, _, let reply): reply(nil)
                default: break
                }
            }
            switch outcome {
            case .succeeded:
                let bundle = shown.withLock { $0 } ?? MIMEBundle([:])
                values[name] = ["status": "ok", "data": bundle.jsonData, "metadata": [:]]
            case .failed(let error, let message, let traceback):
                values[name] = [
                    "status": "error", "ename": .string(error), "evalue": .string(message),
                    "traceback": .array(traceback.map(JSONValue.string)),
                ]
            }
        }
        return values
    }

    /// Hands a front end's comm message to the worker. What its handlers print and show stands below the cell that
    /// opened the comm.
    func deliver(_ exchange: Exchange, in lane: Lane) async {
        let message: CommMessage
        do throws(UnusableContent) {
            message = try comms.message(exchange.request)
        } catch {
            return warnings.warn("dropped a comm message", ["reason": "\(error)"])
        }
        let isOpening = exchange.request.header.type == "comm_open"
        guard isOpening || comms.isOpen(message.id) else {
            return warnings.warn("dropped a message to a comm that is not open")
        }
        let origin = comms.origin(of: message.id) ?? exchange
        if isOpening || message.kind == .close { comms.note(message) }
        let relay = Relay(
            origin, answering: exchange, limit: settings.outputLimit, questions: questions, comms: comms)
        let isTaken = await session.receive(message, for: origin.request.header.id, lane: lane.id) { relay.take($0) }
        relay.flush()
        if !isTaken, message.kind != .close { comms.publish(CommMessage(.close, id: message.id), in: exchange) }
    }
}

/// A cell as all clients see it before it runs.
struct ExecuteInput: Encodable {
    let code: String
    let executionCount: Int

    init(code: String, number: Int) {
        self.code = code
        executionCount = number
    }
}

/// A cell that only asks what a name is: `name?` for its documentation, `name??` for its declaration. The marks may stand
/// before the name as well.
package struct NameInquiry: Hashable {
    package let name: String
    package let detail: InspectionDetail

    package init?(_ code: String) {
        func inner(_ text: Substring, _ isOuter: (Character) -> Bool) -> Substring {
            let start = text.drop(while: isOuter)
            return start.prefix((start.lastIndex { !isOuter($0) }.map { start[...$0].count }) ?? 0)
        }
        let text = inner(code[...], \.isWhitespace)
        let name = inner(text, { $0 == "?" })
        let marks = text.count - name.count
        guard (1...2).contains(marks), let first = name.drop(while: { $0 == "%" }).first,
            first.isLetter || first == "_",
            name.drop(while: { $0 == "%" }).allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." })
        else { return nil }
        self.name = String(name)
        detail = marks == 1 ? .documentation : .declaration
    }
}
