/// What requests say in their contents. Fields that clients leave out have the protocol's defaults.
struct ExecuteRequest: Decodable {
    var code: String
    var isSilent: Bool
    var storesHistory: Bool
    var userExpressions: [String: String]
    var allowsInput: Bool
    var stopsOnError: Bool

    private enum CodingKeys: String, CodingKey {
        case code, silent
        case storeHistory = "store_history"
        case userExpressions = "user_expressions"
        case allowStdin = "allow_stdin"
        case stopOnError = "stop_on_error"
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        code = try fields.decode(String.self, forKey: .code)
        isSilent = try fields.decodeIfPresent(Bool.self, forKey: .silent) ?? false
        let wantsHistory = try fields.decodeIfPresent(Bool.self, forKey: .storeHistory) ?? true
        storesHistory = wantsHistory && !isSilent && !code.allSatisfy(\.isWhitespace)
        userExpressions = try fields.decodeIfPresent([String: String].self, forKey: .userExpressions) ?? [:]
        allowsInput = try fields.decodeIfPresent(Bool.self, forKey: .allowStdin) ?? false
        stopsOnError = try fields.decodeIfPresent(Bool.self, forKey: .stopOnError) ?? true
    }
}

struct CodeRequest: Decodable {
    var code: String
    /// In code points; the end of the code where it is missing.
    var cursor: Int?
    var detail: Int?

    private enum CodingKeys: String, CodingKey {
        case code
        case cursor = "cursor_pos"
        case detail = "detail_level"
    }

    /// The cursor, moved into the code where a client set it outside.
    var position: Int { min(max(cursor ?? .max, 0), code.unicodeScalars.count) }
}

struct CommInfoRequest: Decodable {
    var target: String?
    private enum CodingKeys: String, CodingKey { case target = "target_name" }
}

struct ShutdownRequest: Decodable {
    var restart: Bool?
}

struct SubshellRequest: Decodable {
    var id: String
    private enum CodingKeys: String, CodingKey { case id = "subshell_id" }
}

struct InputReply: Decodable {
    var value: String
}
