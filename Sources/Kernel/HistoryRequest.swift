/// Which entries of history a client wants.
package struct HistoryRequest: Decodable {
    /// `tail`, `range` or `search`.
    var histAccessType: String
    var output: Bool?
    var session: Int?
    var start: Int?
    var stop: Int?
    var n: Int?
    var pattern: String?
    var unique: Bool?

    /// The entries that are wanted.
    ///
    /// - Parameter current: the session that is running.
    func select(from entries: [History.Entry], session current: Int) -> [History.Entry] {
        switch histAccessType {
        case "tail": return entries.suffix(max(n ?? 10, 0))
        case "range":
            // 0 and negative numbers count back from the session that is running.
            let wanted = session ?? 0
            let number = wanted > 0 ? wanted : current + wanted
            return entries.filter { entry in
                entry.session == number && entry.line >= (start ?? 1) && entry.line < (stop ?? .max)
            }
        case "search":
            let glob = Glob(pattern ?? "*")
            var found = entries.filter { glob.matches($0.input) }
            if unique == true {
                // Of equal inputs the latest stays.
                var seen: Set<String> = []
                found = found.reversed().filter { seen.insert($0.input).inserted }.reversed()
            }
            return n.map { found.suffix(max($0, 0)) } ?? found
        default: return []
        }
    }
}

/// The reply: three values an entry, the third being the input, or the input with the output.
struct HistoryReply: Encodable {
    struct Line: Encodable {
        let entry: History.Entry
        let wantsOutput: Bool

        func encode(to encoder: any Encoder) throws {
            var values = encoder.unkeyedContainer()
            try values.encode(entry.session)
            try values.encode(entry.line)
            guard wantsOutput else { return try values.encode(entry.input) }
            var pair = values.nestedUnkeyedContainer()
            try pair.encode(entry.input)
            try pair.encode(entry.output)
        }
    }

    let status = "ok"
    let history: [Line]

    init(_ entries: [History.Entry], wantsOutput: Bool) {
        history = entries.map { Line(entry: $0, wantsOutput: wantsOutput) }
    }
}
