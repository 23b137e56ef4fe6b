import Dispatch
import FoundationEssentials
import JupyterWire
import Notebook
import Synchronization

/// Publishes what one cell says, and keeps what belongs into its reply and into history.
///
/// Text is collected for a moment, so that ten thousand printed lines are some dozen messages; whatever else is
/// published goes out after the text before it.
package final class Relay: Sendable {
    private struct State {
        var stream = ""
        var text = ""
        var isFlushPlanned = false
        var published = 0
        var isCut = false
        var payload: [JSONValue] = []
        var resultText: String?
    }

    /// How long text is collected.
    static let window = DispatchTimeInterval.milliseconds(20)
    /// How much text is collected at most, in bytes.
    static let largestText = 1 << 20

    private let exchange: Exchange
    /// The comm message that is handled, where the cell that opened its comm says something again.
    private let message: Exchange?
    private let number: Int
    private let isSilent: Bool
    private let allowsInput: Bool
    /// How many bytes of output are published at most.
    private let limit: Int
    private let questions: Questions
    private let comms: Comms
    private let state = Mutex(State())

    package init(
        _ exchange: Exchange, answering message: Exchange? = nil, number: Int = 0, isSilent: Bool = false,
        allowsInput: Bool = false, limit: Int = .max,
        questions: Questions, comms: Comms
    ) {
        self.exchange = exchange
        self.message = message
        self.number = number
        self.isSilent = isSilent
        self.allowsInput = allowsInput
        self.limit = limit
        self.questions = questions
        self.comms = comms
    }

    /// What belongs into the cell's reply: texts for the pager and for new cells.
    package var payload: [JSONValue] { state.withLock { $0.payload } }
    /// The plain text of the cell's value.
    package var resultText: String? { state.withLock { $0.resultText } }

    /// Takes something that the cell says.
    package func take(_ output: CellOutput) {
        if case .question(let prompt, let hidden, let reply) = output {
            flush()
            // Whoever asks may say more before this returns, so no lock is held.
            guard allowsInput else { return reply(nil) }
            return questions.ask(prompt, hidden: hidden, in: exchange, reply: reply)
        }
        state.withLock { state in
            switch output {
            case .stream(let name, let text): collect(text, name, &state)
            case .display(let bundle, let id, let updates):
                // Front ends find what is replaced by its id; they want it before the end of the message's handling.
                let place = updates ? message ?? exchange : exchange
                show(
                    updates ? "update_display_data" : "display_data", ShownContent(bundle, id: id), bundle, in: place,
                    &state)
            case .result(let bundle):
                state.resultText = bundle.plainText
                show("execute_result", ShownContent(bundle, executionCount: number), bundle, in: exchange, &state)
            case .clear(let wait):
                flush(&state)
                if !isSilent { exchange.publish("clear_output", ["wait": wait]) }
            case .question: break
            case .nextInput(let text):
                state.payload.append(["source": "set_next_input", "text": .string(text), "replace": false])
            case .page(let bundle):
                state.payload.append(["source": "page", "data": bundle.jsonData, "start": 0])
            case .comm(let sent):
                flush(&state)
                comms.publish(sent, in: message ?? exchange, from: exchange)
            }
        }
    }

    /// Publishes the text that is still collected.
    package func flush() { state.withLock { flush(&$0) } }

    private func collect(_ text: String, _ stream: String, _ state: inout State) {
        guard !isSilent, !text.isEmpty, admits(text.utf8.count, &state) else { return }
        if state.stream != stream { flush(&state) }
        state.stream = stream
        state.text += text
        if state.text.utf8.count >= Self.largestText {
            flush(&state)
        } else if !state.isFlushPlanned {
            state.isFlushPlanned = true
            DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + Self.window) { [self] in
                self.state.withLock { state in
                    state.isFlushPlanned = false
                    flush(&state)
                }
            }
        }
    }

    private func show(
        _ type: String, _ content: ShownContent, _ bundle: MIMEBundle, in place: Exchange, _ state: inout State
    ) {
        flush(&state)
        let size = bundle.data.values.reduce(0) { $0 + $1.utf8.count }
        guard !isSilent, admits(size, &state) else { return }
        place.publish(type, content)
    }

    private func flush(_ state: inout State) {
        guard !state.text.isEmpty else { return }
        exchange.publish("stream", ["name": state.stream, "text": state.text])
        state.text = ""
    }

    /// Whether so many bytes more are within the limit; the first that are not leave a note.
    private func admits(_ count: Int, _ state: inout State) -> Bool {
        state.published += count
        guard state.published > limit else { return true }
        if !state.isCut {
            state.isCut = true
            flush(&state)
            let note = "\nThe cell's output passed \(limit) bytes (MARTLET_OUTPUT_LIMIT); the rest is not shown.\n"
            exchange.publish("stream", ["name": "stderr", "text": note])
        }
        return false
    }
}
