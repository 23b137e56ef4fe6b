import Foundation

/// Why a corpus, or a file made from one, cannot be read.
public enum CorpusError: Error, Hashable, Sendable {
    /// The file system does not give the file.
    case unreadable(path: String, reason: String)
    /// The file system does not take the file.
    case unwritable(path: String, reason: String)
    /// The file holds no story.
    case empty(path: String)
    /// A line is not what its format asks for.
    case malformed(path: String, line: Int, reason: String)
    /// A token file was cut off or written by something else.
    case damagedTokens(path: String, reason: String)
    /// The download did not come to its end.
    case download(url: String, reason: String)
}

extension CorpusError: CustomStringConvertible, LocalizedError {
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
        case .empty(let path): "\(path) holds no story."
        case .malformed(let path, let line, let reason): "\(path):\(line): \(reason)."
        case .damagedTokens(let path, let reason):
            "\(path) is no token file that can be read: \(reason). Delete it, and it is made again."
        case .download(let url, let reason): "\(url) was not downloaded: \(reason)."
        }
    }

    public var errorDescription: String? { description }
}
