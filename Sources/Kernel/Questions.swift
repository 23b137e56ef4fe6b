import FoundationEssentials
import Synchronization

/// The questions of cells to which no answer has come yet.
package final class Questions: Sendable {
    package typealias Answer = @Sendable (String?) -> Void

    // By the client's identities: a client answers its questions in the order in which they were asked.
    private let open = Mutex<[[Data]: [Answer]]>([:])

    package init() {}

    /// Asks the client that sent a request.
    package func ask(_ prompt: String, hidden: Bool, in exchange: Exchange, reply: @escaping Answer) {
        open.withLock { $0[exchange.request.identities, default: []].append(reply) }
        exchange.ask(prompt, hidden: hidden)
    }

    /// Hands a client's answer to whoever asked first; without a question it is lost.
    package func answer(_ text: String, from identities: [Data]) {
        let reply = open.withLock { open -> Answer? in
            guard let waiting = open[identities], !waiting.isEmpty else { return nil }
            return open[identities]?.removeFirst()
        }
        reply?(text)
    }

    /// Gives up all questions.
    package func withdraw() {
        let waiting = open.withLock { open in
            defer { open.removeAll() }
            return open.values.flatMap { $0 }
        }
        for reply in waiting { reply(nil) }
    }
}
