import Foundation

/// Why a tokenizer cannot be read or used.
public enum TokenizerError: Error, Hashable, Sendable {
    /// The file system does not give the file.
    case unreadable(path: String, reason: String)
    /// The file system does not take the file.
    case unwritable(path: String, reason: String)
    /// The file is not what its format asks for.
    case malformed(path: String, reason: String)
    /// The file asks for something that this library does not do.
    case unsupported(path: String, what: String)
    /// The vocabulary has no id for a byte, so that some texts could not be encoded.
    case missingByte(UInt8)
    /// The vocabulary is smaller than the 256 bytes and the special tokens.
    case tooSmall(vocabulary: Int, least: Int)
}

extension TokenizerError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
        case .malformed(let path, let reason): "\(path) is no tokenizer file that can be read: \(reason)."
        case .unsupported(let path, let what): "\(path) asks for \(what), which is not supported here."
        case .missingByte(let byte):
            "The vocabulary has no id for the byte 0x\(String(byte, radix: 16)): it is not byte-level, or a part is missing."
        case .tooSmall(let vocabulary, let least):
            "A vocabulary of \(vocabulary) is too small: 256 bytes and the special tokens need \(least)."
        }
    }

    public var errorDescription: String? { description }
}
