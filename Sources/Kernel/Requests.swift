import Notebook

/// What requests say in their contents. Fields that clients leave out have the protocol's defaults.
struct ExecuteRequest: Decodable {
    var code: String
    var isSilent: Bool
    var storesHistory: Bool
    var userExpressions: [String: JSONValue]
    var allowsInput: Bool
    var stopsOnError: Bool

    private enum CodingKeys: CodingKey {
        case code, silent, storeHistory, userExpressions, allowStdin, stopOnError
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        code = try fields.decode(String.self, forKey: .code)
        isSilent = try fields.decodeIfPresent(Bool.self, forKey: .silent) ?? false
        let wantsHistory = try fields.decodeIfPresent(Bool.self, forKey: .storeHistory) ?? true
        storesHistory = wantsHistory && !isSilent && !code.allSatisfy(\.isWhitespace)
        userExpressions = try fields.decodeIfPresent([String: JSONValue].self, forKey: .userExpressions) ?? [:]
        allowsInput = try fields.decodeIfPresent(Bool.self, forKey: .allowStdin) ?? false
        stopsOnError = try fields.decodeIfPresent(Bool.self, forKey: .stopOnError) ?? true
    }
}

struct CodeRequest: Decodable {
    var code: String
    /// In code points; the end of the code where it is missing.
    var cursorPos: Int?
    var detailLevel: Int?

    /// The cursor, moved into the code where a client set it outside.
    var position: Int { min(max(cursorPos ?? .max, 0), code.unicodeScalars.count) }
}

struct CommInfoRequest: Decodable {
    var targetName: String?
}

struct ShutdownRequest: Decodable {
    var restart: Bool?
}

struct SubshellRequest: Decodable {
    var subshellId: String
}

struct InputReply: Decodable {
    var value: String
}
