import Notebook
import JupyterWire

/// What a front end asks a debugger.
struct DebugRequest: Decodable {
    var command: String
    var seq: Int?
}

/// The answer of a kernel that has no debugger, in the debug adapter protocol's form.
struct DebugReply: Encodable {
    let type = "response"
    let seq = 0
    let requestSeq: Int
    let success: Bool
    let command: String
    let message: String?
    let body: JSONValue

    init(_ request: DebugRequest) {
        requestSeq = request.seq ?? 0
        command = request.command
        success = request.command == "debugInfo"
        message = success ? nil : "Martlet has no debugger: '\(request.command)' is not supported."
        body =
            success
            ? [
                "isStarted": false, "hashMethod": "Murmur2", "hashSeed": 0, "tmpFilePrefix": "", "tmpFileSuffix": "",
                "breakpoints": [], "stoppedThreads": [], "richRendering": false, "exceptionPaths": [],
                "copyToGlobals": false,
            ] : [:]
    }
}
