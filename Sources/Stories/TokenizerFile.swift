import Foundation

/// What `tokenizer.json` says, as far as byte-level BPE goes.
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

        enum CodingKeys: String, CodingKey {
            case type
            case addPrefixSpace = "add_prefix_space"
            case useRegex = "use_regex"
            case pretokenizers, processors
        }

        /// The byte-level step, where there is no other.
        var byteLevel: Part? {
            if type == "ByteLevel" { return self }
            let steps = pretokenizers ?? processors ?? []
            return steps.count == 1 ? steps[0].byteLevel : nil
        }
    }

    struct AddedToken: Decodable {
        let id: Int32
        let content: String
        let singleWord: Bool
        let lstrip: Bool
        let rstrip: Bool
        let special: Bool

        enum CodingKeys: String, CodingKey {
            case id, content, lstrip, rstrip, special
            case singleWord = "single_word"
        }

        var specialToken: SpecialToken {
            var token = SpecialToken(content, id: id)
            (token.takesSpaceBefore, token.takesSpaceAfter, token.isMark) = (lstrip, rstrip, special)
            return token
        }
    }

    struct Model: Decodable {
        let type: String?
        let dropout: Double?
        let unkToken: String?
        let continuingSubwordPrefix: String?
        let endOfWordSuffix: String?
        let byteFallback: Bool?
        let ignoreMerges: Bool?
        let vocab: [String: Int]?
        let merges: [Pair]?

        enum CodingKeys: String, CodingKey {
            case type, dropout, vocab, merges
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
            unkToken = try values.decodeIfPresent(String.self, forKey: .unkToken)
            continuingSubwordPrefix = try values.decodeIfPresent(String.self, forKey: .continuingSubwordPrefix)
            endOfWordSuffix = try values.decodeIfPresent(String.self, forKey: .endOfWordSuffix)
            byteFallback = try values.decodeIfPresent(Bool.self, forKey: .byteFallback)
            ignoreMerges = try values.decodeIfPresent(Bool.self, forKey: .ignoreMerges)
            let isBPE = type == nil || type == "BPE"
            vocab = isBPE ? try values.decodeIfPresent([String: Int].self, forKey: .vocab) : nil
            merges = isBPE ? try values.decodeIfPresent([Pair].self, forKey: .merges) : nil
        }

        /// What the model asks for that byte-level BPE does not have.
        var unsupported: String? {
            if let type, type != "BPE" { return "a model of type \(type)" }
            if let dropout, dropout > 0 { return "dropout" }
            if byteFallback == true { return "byte fallback, as Llama's tokenizers have it" }
            if ignoreMerges == true { return "whole words before pairs (ignore_merges)" }
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

    static func data(_ path: String) throws(TokenizerError) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw .unreadable(path: path, reason: "no such file")
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    static func decode<Value: Decodable>(_ path: String) throws(TokenizerError) -> Value {
        let data = try data(path)
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
