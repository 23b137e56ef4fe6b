import FoundationEssentials
import Glibc

/// Where a launcher waits to hear which ports a kernel chose.
package struct Registration: Hashable, Sendable, Decodable {
    package var kernelID: String
    package var transport: Connection.Transport
    package var ip: String
    package var port: Int
    package var signatureScheme: String
    package var key: String

    private enum CodingKeys: String, CodingKey {
        case transport, key
        case kernelID = "kernel_id"
        case ip = "registration_ip"
        case port = "registration_port"
        case signatureScheme = "signature_scheme"
    }

    /// A connection at ports that are still to be chosen.
    package var connection: Connection {
        Connection(transport: transport, ip: ip, signatureScheme: signatureScheme, key: key)
    }

    /// Tells the launcher the ports and waits for its acknowledgement.
    ///
    /// - Parameter patience: how many seconds to wait.
    package func announce(_ connection: Connection, patience: Double = 10) throws(WireError) {
        let endpoint = Connection.endpoint(transport, ip, port)
        let signer = try Signer(scheme: signatureScheme, key: key)
        let context = try SocketContext()
        defer { context.terminate() }
        let socket = try Socket(.dealer, in: context)
        defer { socket.close() }
        try socket.connect(endpoint)

        let content = MessageWriter.encode([
            "kernel_id": kernelID,
            "shell_port": String(connection.ports.shell),
            "iopub_port": String(connection.ports.iopub),
            "stdin_port": String(connection.ports.stdin),
            "control_port": String(connection.ports.control),
            "hb_port": String(connection.ports.heartbeat),
        ])
        socket.send([Message.delimiter, signer.signature(of: [content]), content])

        let deadline = ContinuousClock.now + .seconds(patience)
        while ContinuousClock.now < deadline {
            guard let frames = socket.receive() else {
                usleep(5000)
                continue
            }
            guard let delimiter = frames.firstIndex(of: Message.delimiter), frames.count >= delimiter + 3,
                signer.accepts(frames[delimiter + 1], of: [frames[delimiter + 2]])
            else { throw .registrationForged(endpoint) }
            return
        }
        throw .registrationUnanswered(endpoint)
    }
}
