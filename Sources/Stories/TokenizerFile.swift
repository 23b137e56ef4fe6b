import Foundation

/// What `tokenizer.json` says, as far as byte-pair encodings go.
struct TokenizerFile: Decodable {
    let addedTokens: [AddedToken]
    let normalizer: Part?
    let preTokenizer: Part?
    let postProcessor: Part?
    let model: Model

    enum CodingKeys: String, CodingKey {
        case addedTokens = "added_tokens"
        case normalizer
        case preTokenizer = "pre_tokenizer"
        case postProcessor = "post_processor"
        case model
    }

    /// One step of the tokenizer, or several in a row.
    struct Part: Decodable {
        let type: String
        let addPrefixSpace: Bool?
        let useRegex: Bool?
        let pretokenizers: [Part]?
        let processors: [Part]?
        let normalizers: [Part]?
        // Prepend and Replace
        let prepend: String?
        let pattern: [String: String]?
        let content: String?
        // Split
        let behavior: String?
        let invert: Bool?
        // Metaspace
        let replacement: String?
        let prependScheme: String?
        let split: Bool?
        // TemplateProcessing
        let single: [Slot]?
        let specialTokens: [String: Mark]?

        enum CodingKeys: String, CodingKey {
            case type, pretokenizers, processors, normalizers, prepend, pattern, content, behavior, invert, replacement
            case split, single
            case addPrefixSpace = "add_prefix_space"
            case useRegex = "use_regex"
            case prependScheme = "prepend_scheme"
            case specialTokens = "special_tokens"
        }

        /// A place in a template: the text itself, or a special token.
        struct Slot: Decodable {
            let specialToken: Name?

            struct Name: Decodable { let id: String }
            enum CodingKeys: String, CodingKey { case specialToken = "SpecialToken" }
        }

        struct Mark: Decodable { let ids: [Int32] }

        /// The steps of a sequence, and of the sequences in it, or this one.
        var steps: [Part] {
            type == "Sequence" ? (pretokenizers ?? processors ?? normalizers ?? []).flatMap(\.steps) : [self]
        }
    }

    struct AddedToken: Decodable {
        let id: Int32
        let content: String
        let singleWord: Bool
        let lstrip: Bool
        let rstrip: Bool
        let normalized: Bool?
        let special: Bool

        enum CodingKeys: String, CodingKey {
            case id, content, lstrip, rstrip, normalized, special
            case singleWord = "single_word"
        }

        var specialToken: SpecialToken {
            var token = SpecialToken(content, id: id)
            (token.takesSpaceBefore, token.takesSpaceAfter, token.isMark) = (lstrip, rstrip, special)
            if normalized == true { token.isFound = .inSpacedText }
            return token
        }
    }

    struct Model: Decodable {
        let type: String?
        let dropout: Double?
        let unkToken: String?
        let fuseUnk: Bool?
        let continuingSubwordPrefix: String?
        let endOfWordSuffix: String?
        let byteFallback: Bool?
        let ignoreMerges: Bool?
        let merges: [Pair]?

        enum CodingKeys: String, CodingKey {
            case type, dropout, merges
            case fuseUnk = "fuse_unk"
            case unkToken = "unk_token"
            case continuingSubwordPrefix = "continuing_subword_prefix"
            case endOfWordSuffix = "end_of_word_suffix"
            case byteFallback = "byte_fallback"
            case ignoreMerges = "ignore_merges"
        }

        /// Models of other types list their pieces in other ways, so that only BPE is looked into.
        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            let type = try values.decodeIfPresent(String.self, forKey: .type)
            self.type = type
            dropout = try values.decodeIfPresent(Double.self, forKey: .dropout)
            fuseUnk = try values.decodeIfPresent(Bool.self, forKey: .fuseUnk)
            unkToken = try values.decodeIfPresent(String.self, forKey: .unkToken)
            continuingSubwordPrefix = try values.decodeIfPresent(String.self, forKey: .continuingSubwordPrefix)
            endOfWordSuffix = try values.decodeIfPresent(String.self, forKey: .endOfWordSuffix)
            byteFallback = try values.decodeIfPresent(Bool.self, forKey: .byteFallback)
            ignoreMerges = try values.decodeIfPresent(Bool.self, forKey: .ignoreMerges)
            let isBPE = type == nil || type == "BPE"
            merges = isBPE ? try values.decodeIfPresent([Pair].self, forKey: .merges) : nil
        }

        /// What the model asks for that no tokenizer here has.
        var unsupported: String? {
            if let type, type != "BPE" { return "a model of type \(type)" }
            if let dropout, dropout > 0 { return "dropout" }
            if let prefix = continuingSubwordPrefix, !prefix.isEmpty { return "a prefix of subwords" }
            if let suffix = endOfWordSuffix, !suffix.isEmpty { return "a suffix of words" }
            return nil
        }
    }

    /// Two pieces that become one, as `"a b"` or as `["a", "b"]`.
    struct Pair: Decodable {
        let left, right: String

        init(from decoder: any Decoder) throws {
            if var list = try? decoder.unkeyedContainer() {
                left = try list.decode(String.self)
                right = try list.decode(String.self)
                return
            }
            let text = try decoder.singleValueContainer().decode(String.self)
            let parts = text.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "\(text.prefix(40)) is no pair"))
            }
            (left, right) = (String(parts[0]), String(parts[1]))
        }
    }

    /// The file as it is, and the ids of its pieces.
    static func read(_ path: String) throws(TokenizerError) -> (file: TokenizerFile, ids: [[UInt8]: Int]) {
        let data = try data(path)
        let file: TokenizerFile = try decode(data, path)
        if let what = file.model.unsupported { throw .unsupported(path: path, what: what) }
        if let token = file.addedTokens.first(where: \.singleWord) {
            throw .unsupported(path: path, what: "the single-word token \(token.content)")
        }
        guard let ids = data.withUnsafeBytes({ JSONMembers.integers(at: ["model", "vocab"], in: $0) }) else {
            throw .malformed(path: path, reason: "its model has no vocab or no merges")
        }
        return (file, ids)
    }

    /// The ids of a vocab.json.
    static func ids(_ path: String) throws(TokenizerError) -> [[UInt8]: Int] {
        let data = try data(path)
        let _: [String: Int] = try decode(data, path)
        return data.withUnsafeBytes { JSONMembers.integers(at: [], in: $0) } ?? [:]
    }

    /// Refuses ids of which most are not used: they would only take memory.
    static func highestID(
        of ids: some Collection<Int>, _ specialTokens: [SpecialToken], path: String
    ) throws(TokenizerError) -> Int {
        let most = ids.count + specialTokens.count
        let highest = max(ids.max() ?? 0, specialTokens.map { Int($0.id) }.max() ?? 0)
        guard ids.allSatisfy({ $0 >= 0 }), specialTokens.allSatisfy({ $0.id >= 0 }), highest < 4 * most + 1024 else {
            throw .malformed(path: path, reason: "its ids go up to \(highest), with \(most) pieces")
        }
        return highest
    }

    static func data(_ path: String) throws(TokenizerError) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw .unreadable(path: path, reason: "no such file")
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    private static func decode<Value: Decodable>(_ data: Data, _ path: String) throws(TokenizerError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: data)
        } catch {
            throw .malformed(path: path, reason: reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        return switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(place(context)) is of another type"
        case DecodingError.dataCorrupted(let context): context.debugDescription
        default: error.localizedDescription
        }
    }
}
