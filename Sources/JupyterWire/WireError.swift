/// What can go wrong between a kernel and its clients.
package enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadableFile(String, String)
    case unwritableFile(String)
    case unknownSignatureScheme(String)
    case socket(operation: String, endpoint: String, reason: String)
    case registrationUnanswered(String)
    case registrationForged(String)

    package var description: String {
        switch self {
        case .unreadableFile(let path, let reason): "The connection file \(path) cannot be used: \(reason)."
        case .unwritableFile(let path): "The connection file \(path) cannot be written: is its folder there?"
        case .unknownSignatureScheme(let name):
            "The signature scheme '\(name)' is not known; 'hmac-sha256' is."
        case .socket(let operation, let endpoint, let reason): "Cannot \(operation) \(endpoint): \(reason)."
        case .registrationUnanswered(let endpoint): "Nobody acknowledged the kernel's registration at \(endpoint)."
        case .registrationForged(let endpoint):
            "The acknowledgement of the kernel's registration at \(endpoint) is not signed with its key."
        }
    }
}

/// Why a message that came in was dropped.
package enum MalformedMessage: Error, Hashable, Sendable, CustomStringConvertible {
    case noDelimiter
    case tooFewFrames(Int)
    case wrongSignature
    case replayed
    case notAnObject(frame: String)
    case badHeader(String)

    package var description: String {
        switch self {
        case .noDelimiter: "no <IDS|MSG> delimiter"
        case .tooFewFrames(let count): "\(count) of 5 frames after the delimiter"
        case .wrongSignature: "wrong signature"
        case .replayed: "seen before"
        case .notAnObject(let frame): "the \(frame) is not a JSON object"
        case .badHeader(let reason): "header: \(reason)"
        }
    }
}
