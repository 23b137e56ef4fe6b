import FoundationEssentials

/// Where a kernel's sockets are and how its messages are signed, as a connection file says it.
package struct Connection: Hashable, Sendable {
    /// What carries the bytes.
    package enum Transport: String, Codable, Sendable {
        case tcp
        /// Sockets of the local file system, `ip` being the beginning of their paths.
        case ipc
    }

    /// The port of each channel; 0 asks for any free one.
    package struct Ports: Hashable, Sendable {
        package var shell, iopub, stdin, control, heartbeat: Int

        package init(shell: Int = 0, iopub: Int = 0, stdin: Int = 0, control: Int = 0, heartbeat: Int = 0) {
            (self.shell, self.iopub, self.stdin) = (shell, iopub, stdin)
            (self.control, self.heartbeat) = (control, heartbeat)
        }
    }

    /// A CurveZMQ key pair in Z85, which encrypts every socket.
    package struct CurveKeys: Hashable, Sendable {
        package var publicKey, secretKey: String

        package init(publicKey: String, secretKey: String) {
            (self.publicKey, self.secretKey) = (publicKey, secretKey)
        }
    }

    package var transport: Transport
    package var ip: String
    package var ports: Ports
    package var signatureScheme: String
    package var key: String
    package var curve: CurveKeys?

    package init(
        transport: Transport = .tcp, ip: String = "127.0.0.1", ports: Ports = Ports(),
        signatureScheme: String = "hmac-sha256", key: String, curve: CurveKeys? = nil
    ) {
        self.transport = transport
        self.ip = ip
        self.ports = ports
        self.signatureScheme = signatureScheme
        self.key = key
        self.curve = curve
    }

    /// The address of a channel, as ZeroMQ writes it.
    func endpoint(_ port: Int) -> String { Self.endpoint(transport, ip, port) }

    /// The file of a channel's socket in the file system.
    func path(_ port: Int) -> String { "\(ip)-\(port)" }

    static func endpoint(_ transport: Transport, _ ip: String, _ port: Int) -> String {
        switch transport {
        case .tcp: "tcp://\(ip):\(port == 0 ? "*" : String(port))"
        case .ipc: "ipc://\(ip)-\(port)"
        }
    }
}

extension Connection.Ports: Codable {
    private enum Field: String, CodingKey {
        case shell = "shell_port"
        case iopub = "iopub_port"
        case stdin = "stdin_port"
        case control = "control_port"
        case heartbeat = "hb_port"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        func port(_ field: Field) throws -> Int {
            let port = try fields.decode(Int.self, forKey: field)
            guard (0...65535).contains(port) else {
                throw DecodingError.dataCorruptedError(forKey: field, in: fields, debugDescription: "no port: \(port)")
            }
            return port
        }
        self.init(
            shell: try port(.shell), iopub: try port(.iopub), stdin: try port(.stdin), control: try port(.control),
            heartbeat: try port(.heartbeat))
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(shell, forKey: .shell)
        try fields.encode(iopub, forKey: .iopub)
        try fields.encode(stdin, forKey: .stdin)
        try fields.encode(control, forKey: .control)
        try fields.encode(heartbeat, forKey: .heartbeat)
    }
}

extension Connection: Codable {
    private enum Field: String, CodingKey {
        case transport, ip, key
        case signatureScheme = "signature_scheme"
        case curvePublicKey = "curve_publickey"
        case curveSecretKey = "curve_secretkey"
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Field.self)
        self.init(
            transport: try fields.decodeIfPresent(Transport.self, forKey: .transport) ?? .tcp,
            ip: try fields.decode(String.self, forKey: .ip), ports: try Ports(from: decoder),
            signatureScheme: try fields.decodeIfPresent(String.self, forKey: .signatureScheme) ?? "hmac-sha256",
            key: try fields.decode(String.self, forKey: .key))
        let publicKey = try fields.decodeIfPresent(String.self, forKey: .curvePublicKey)
        let secretKey = try fields.decodeIfPresent(String.self, forKey: .curveSecretKey)
        switch (publicKey, secretKey) {
        case (let publicKey?, let secretKey?): curve = CurveKeys(publicKey: publicKey, secretKey: secretKey)
        case (nil, nil): curve = nil
        default:
            // Half a key pair would mean plain sockets where encrypted ones were asked for.
            throw DecodingError.dataCorruptedError(
                forKey: .curvePublicKey, in: fields, debugDescription: "one half of a CurveZMQ key pair is missing")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(transport, forKey: .transport)
        try fields.encode(ip, forKey: .ip)
        try ports.encode(to: encoder)
        try fields.encode(signatureScheme, forKey: .signatureScheme)
        try fields.encode(key, forKey: .key)
        try fields.encodeIfPresent(curve?.publicKey, forKey: .curvePublicKey)
        try fields.encodeIfPresent(curve?.secretKey, forKey: .curveSecretKey)
    }
}
