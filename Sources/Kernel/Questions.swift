import FoundationEssentials
import Synchronization

/// The questions of cells to which no answer has come yet.
package final class Questions: Sendable {
    package typealias Answer = @Sendable (String?) -> Void

    private struct Question {
        let id: String
        /// The request of the cell that asks.
        let request: String
        let reply: Answer
    }

    // By the client's identities.
    private let open = Mutex<[[Data]: [Question]]>([:])

    package init() {}

    /// Asks the client that sent a request.
    package func ask(_ prompt: String, hidden: Bool, in exchange: Exchange, reply: @escaping Answer) {
        // The answer may come before this returns, so the question is noted before it is sent.
        let (id, send) = exchange.question(prompt, hidden: hidden)
        let question = Question(id: id, request: exchange.request.header.id, reply: reply)
        open.withLock { $0[exchange.request.identities, default: []].append(question) }
        send()
    }

    /// Hands a client's answer to the question that it names, or else to the one that was asked first. An answer to what
    /// is no longer asked is lost.
    ///
    /// - Parameter question: the message that is answered, or the request of the cell that asked, where the client says.
    package func answer(_ text: String, to question: String?, from identities: [Data]) {
        let reply = open.withLock { open -> Answer? in
            let waiting = open[identities] ?? []
            let index =
                question == nil
                ? waiting.indices.first
                : waiting.firstIndex { $0.id == question } ?? waiting.firstIndex { $0.request == question }
            guard let index else { return nil }
            return open[identities]?.remove(at: index).reply
        }
        reply?(text)
    }

    /// Gives up all questions.
    package func withdraw() {
        let waiting = open.withLock { open in
            defer { open.removeAll() }
            return open.values.flatMap { $0 }
        }
        for question in waiting { question.reply(nil) }
    }
}
