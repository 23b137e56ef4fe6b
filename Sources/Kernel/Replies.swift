import JupyterWire
import Notebook

/// A reply that needs to say no more than that all went well.
struct Success: Encodable {
    var status = "ok"
}

/// What went wrong: a reply with a status, as a cell's reply with the cell's number too, or a publication with neither.
struct Failure: Encodable {
    var status: String? = "error"
    var name: String
    var message: String
    var traceback: [String] = []
    var executionCount: Int?
    var userExpressions: [String: JSONValue]?
    var payload: [JSONValue]?

    private enum CodingKeys: String, CodingKey {
        case status, traceback, payload, executionCount, userExpressions
        case name = "ename"
        case message = "evalue"
    }
}

extension Failure {
    /// What every client hears of a cell's failure: what the reply says, without the status.
    var published: Failure {
        Failure(status: nil, name: name, message: message, traceback: traceback)
    }

    init(_ unusable: UnusableContent) {
        self.init(name: "BadRequest", message: "\(unusable).")
    }

    init(unknownSubshell id: String) {
        self.init(name: "UnknownSubshell", message: "There is no subshell '\(id)'; it may have been deleted.")
    }
}

struct ExecuteReply: Encodable {
    var status = "ok"
    var executionCount: Int
    var userExpressions: [String: JSONValue]
    var payload: [JSONValue]
}

/// Where the sockets are.
struct ConnectReply: Encodable {
    let ports: Connection.Ports

    func encode(to encoder: any Encoder) throws {
        try Success().encode(to: encoder)
        try ports.encode(to: encoder)
    }
}

/// Something shown, as messages carry it.
struct ShownContent: Encodable {
    var data: JSONValue
    var metadata: JSONValue
    var transient: [String: String]?
    var executionCount: Int?

    init(_ bundle: MIMEBundle, id: String? = nil, executionCount: Int? = nil) {
        data = bundle.jsonData
        metadata = .object(bundle.metadata.compactMapValues(JSONValue.init(text:)))
        transient = id.map { ["display_id": $0] }
        self.executionCount = executionCount
    }
}

extension MIMEBundle {
    /// The longest plain text that is shown whole, in characters; richer representations are never cut.
    static let longestPlainText = 100_000

    /// The representations as JSON: those that are JSON as values, the others as text.
    var jsonData: JSONValue {
        var members: [String: JSONValue] = [:]
        for (type, text) in data {
            let isJSON = type == "application/json" || type.hasSuffix("+json")
            members[type] = isJSON ? JSONValue(text: text) ?? .string(text) : .string(text)
        }
        members["text/plain"] = .string(Self.shortened(plainText))
        return .object(members)
    }

    /// A text that is short enough to be shown, with a note where something was left out.
    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > longestPlainText else { return text }
        let kept = text.prefix(longestPlainText)
        let left = text.utf8.count - kept.utf8.count
        return left == 0 ? text : kept + "\n... \(left) more bytes are not shown; print the value to see it whole"
    }
}
