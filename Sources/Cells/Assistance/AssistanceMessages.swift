import FoundationEssentials
import Glibc
import Notebook

/// What the kernel asks its assistant's process.
package struct AssistanceRequest: Codable {
    package enum Question: Codable {
        case complete(text: String, cursor: Int)
        case inspect(text: String, cursor: Int, detail: InspectionDetail)
        /// Nothing yet: to read what an answer needs, so that the next one is quick.
        case prepare(Preparation)
    }

    /// What can be read before anybody asks, the most urgent first.
    package enum Preparation: Int, Codable {
        /// The modules that cells see.
        case modules
        /// What the modules of the laboratory offer.
        case interfaces
        /// What the libraries of the system offer.
        case system
    }

    package let question: Question
    package let surroundings: Surroundings

    package init(_ question: Question, in surroundings: Surroundings) {
        self.question = question
        self.surroundings = surroundings
    }
}

/// What the process answers.
package struct AssistanceReply: Codable {
    package var completion: Completion?
    package var page: MIMEBundle?
    /// The bytes of memory that the process has.
    package var memory = 0
}

/// One end of the connection between the kernel and its assistant: JSON texts, each after its length in four bytes.
struct AssistanceChannel {
    let descriptor: Int32
    /// Longer messages are refused: they are not ours.
    private static let limit = 256 << 20

    func send(_ message: some Encodable) -> Bool {
        guard let body = try? JSONEncoder().encode(message) else { return false }
        var frame = withUnsafeBytes(of: UInt32(body.count).bigEndian) { Data($0) }
        frame.append(body)
        var sent = 0
        while sent < frame.count {
            let count = frame.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EINTR { return false }
        }
        return true
    }

    /// Waits for a message; nil where none came before the time was over, or the other end is gone.
    func receive<Message: Decodable>(_ type: Message.Type, before deadline: ContinuousClock.Instant? = nil) -> Message?
    {
        guard let head = read(4, before: deadline) else { return nil }
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.limit, let body = read(length, before: deadline) else { return nil }
        return try? JSONDecoder().decode(type, from: body)
    }

    private func read(_ count: Int, before deadline: ContinuousClock.Instant?) -> Data? {
        var data = Data(count: count)
        var received = 0
        while received < count {
            if let deadline {
                let left = (deadline - .now) / .milliseconds(1)
                var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard left > 0 else { return nil }
                let ready = poll(&wait, 1, Int32(left.rounded(.up)))
                if ready == 0 { return nil }
                if ready < 0 { if errno == EINTR { continue } else { return nil } }
            }
            let result = data.withUnsafeMutableBytes { bytes in
                recv(descriptor, bytes.baseAddress.map { $0 + received }, count - received, 0)
            }
            if result > 0 { received += result } else if result == 0 || errno != EINTR { return nil }
        }
        return data
    }
}
