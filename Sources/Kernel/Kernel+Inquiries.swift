import Cells
import JupyterWire
import Notebook

/// Questions about code, history and comms. They are answered while cells run.
extension Kernel {
    func answer(_ exchange: Exchange) async {
        do throws(UnusableContent) {
            let request = exchange.request
            switch request.header.type {
            case "complete_request":
                let code: CodeRequest = try request.decode()
                exchange.reply(
                    CompleteReply(await assistant?.complete(code.code, at: code.position), at: code.position))
            case "inspect_request":
                let code: CodeRequest = try request.decode()
                let detail = InspectionDetail(rawValue: code.detailLevel ?? 0) ?? .documentation
                exchange.reply(
                    InspectReply(await assistant?.inspect(code.code, at: code.position, detail: detail)))
            case "is_complete_request":
                let code: CodeRequest = try request.decode()
                exchange.reply(IsCompleteReply(session.isComplete(code.code)))
            case "history_request":
                let wanted: HistoryRequest = try request.decode()
                exchange.reply(HistoryReply(history.select(wanted), wantsOutput: wanted.output ?? false))
            default:
                let wanted: CommInfoRequest = try request.decode()
                let open = comms.open(for: wanted.targetName).mapValues {
                    JSONValue.object(["target_name": .string($0)])
                }
                exchange.reply(["status": "ok", "comms": .object(open)] as JSONValue)
            }
        } catch {
            exchange.reply(Failure(error))
        }
    }
}

struct CompleteReply: Encodable {
    struct Kind: Encodable {
        let start, end: Int
        let text, type: String
        let signature: String?
    }

    let status = "ok"
    let matches: [String]
    let cursorStart, cursorEnd: Int
    let metadata: [String: [Kind]]

    init(_ completion: Completion?, at cursor: Int) {
        let range = completion?.range ?? cursor..<cursor
        let found = completion?.matches ?? []
        matches = found.map(\.text)
        (cursorStart, cursorEnd) = (range.lowerBound, range.upperBound)
        // What JupyterLab shows beside each match.
        let kinds = found.map { match in
            Kind(
                start: range.lowerBound, end: range.upperBound, text: match.text, type: match.kind,
                signature: match.signature)
        }
        metadata = kinds.isEmpty ? [:] : ["_jupyter_types_experimental": kinds]
    }
}

struct InspectReply: Encodable {
    let status = "ok"
    let found: Bool
    let data: JSONValue
    let metadata: JSONValue = [:]

    init(_ bundle: MIMEBundle?) {
        found = bundle != nil
        data = bundle?.jsonData ?? [:]
    }
}

struct IsCompleteReply: Encodable {
    let status: String
    let indent: String?

    init(_ completeness: CellCompleteness) {
        switch completeness {
        case .complete: (status, indent) = ("complete", nil)
        case .incomplete(let indent): (status, self.indent) = ("incomplete", indent)
        case .invalid: (status, indent) = ("invalid", nil)
        }
    }
}
