import Foundation
import JupyterWire
import Testing

@Suite struct ConnectionTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "connection-\(UUID().uuidString)")

    func file(_ text: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "kernel.json").path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    func permissions(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func readsWhatJupyterWrites() throws {
        let path = try file(
            """
            {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5, "ip": "127.0.0.1",
             "key": "k", "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "swift"}
            """)
        let expected = Connection(
            ports: Connection.Ports(shell: 1, iopub: 2, stdin: 3, control: 4, heartbeat: 5), key: "k")
        #expect(try StartupFile(path: path) == .connection(expected))
        #expect(try permissions(path) == 0o600)
    }

    @Test func aFileWithARegistrationPortAsksForAHandshake() throws {
        let path = try file(
            """
            {"kernel_id": "i", "transport": "tcp", "registration_ip": "127.0.0.1", "registration_port": 9,
             "signature_scheme": "hmac-sha256", "key": "k"}
            """)
        guard case .registration(let registration) = try StartupFile(path: path) else {
            Issue.record("not a registration")
            return
        }
        #expect(registration.kernelID == "i")
        #expect(registration.connection == Connection(key: "k"))
    }

    @Test func whatIsWrittenIsReadAgainAndPrivate() throws {
        _ = try file("")
        let path = folder.appending(path: "written.json").path
        let connection = Connection(
            transport: .ipc, ip: "/tmp/x",
            ports: Connection.Ports(shell: 1, iopub: 2, stdin: 3, control: 4, heartbeat: 5),
            key: "k", curve: Connection.CurveKeys(publicKey: "p", secretKey: "s"))
        try connection.write(to: path)
        #expect(try permissions(path) == 0o600)
        #expect(try StartupFile(path: path) == .connection(connection))
    }

    @Test(arguments: [
        ("{", "it is not JSON"),
        (#"{"ip": "x", "shell_port": 1}"#, "the field 'key' is missing"),
        (#"{"ip": 4}"#, "the field 'ip' has the wrong type"),
    ])
    func saysWhatIsWrongWithAFile(text: String, reason: String) throws {
        let path = try file(text)
        let error = #expect(throws: WireError.self) { try StartupFile(path: path) }
        let whole = "The connection file \(path) cannot be used: "
        #expect(error?.description.hasPrefix(whole) == true)
        // Any missing field will do; which one is named first is the decoder's business.
        if !reason.contains("missing") { #expect(error?.description == "\(whole)\(reason).") }
    }

    @Test func halfAKeyPairIsRefused() throws {
        let path = try file(
            """
            {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5, "ip": "127.0.0.1",
             "key": "k", "curve_publickey": "p"}
            """)
        #expect(throws: WireError.self) { try StartupFile(path: path) }
    }
}
