import Foundation
import Stories
import Testing

@Suite(.serialized) struct DownloadTests {
    static let content = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) })

    private func fetch(
        _ server: CuttingServer, sha256: String? = nil
    ) throws -> (file: TemporaryFile, path: String) {
        let file = try TemporaryFile("")
        let path = file.folder + "/story.txt"
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/story.txt"))
        var download = Download(url, to: path, sha256: sha256)
        download.patience = 2
        try download.run()
        return (file, path)
    }

    @Test func aCutDownloadGoesOnWhereItStopped() throws {
        let server = try CuttingServer(Self.content, cuts: [50_000, 30_000, 0])
        let (file, path) = try fetch(server)
        defer { withExtendedLifetime(file) {} }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Self.content)
        #expect(server.starts == [0, 50_000, 80_000, 80_000])
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }

    @Test func aWrongChecksumLeavesNoFile() throws {
        let server = try CuttingServer(Self.content, cuts: [])
        let error = #expect(throws: CorpusError.self) {
            try fetch(server, sha256: String(repeating: "0", count: 64))
        }
        #expect(error?.description.contains("its SHA-256 is") == true)
    }

    @Test func aServerThatAlwaysCutsIsGivenUp() throws {
        let server = try CuttingServer(Self.content, cuts: Array(repeating: 0, count: 20))
        let error = #expect(throws: CorpusError.self) { try fetch(server) }
        #expect(error?.description.contains("the next try goes on from there") == true)
    }

    @Test func aFileThatIsNotThereIsSaidAtOnce() throws {
        let server = try CuttingServer(nil, cuts: [])
        let error = #expect(throws: CorpusError.self) { try fetch(server) }
        #expect(error?.description.contains("the server answers 404") == true)
        #expect(server.starts.count == 1)
    }
}

/// An HTTP server on the loopback that closes its first connections in the middle of the answer.
final class CuttingServer: @unchecked Sendable {
    let port: UInt16
    private let socket: Int32
    private let content: Data?
    private var cuts: [Int]
    private let lock = NSLock()
    private var asked: [Int] = []

    /// From which byte on each request asked.
    var starts: [Int] { lock.withLock { asked } }

    /// - Parameter cuts: how many bytes each of the first connections gives before it is cut.
    init(_ content: Data?, cuts: [Int]) throws {
        self.content = content
        self.cuts = cuts
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = socket
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && listen(listening, 8) == 0
                    && getsockname(listening, $0, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listening, nil, nil)
                guard connection >= 0, let self else { break }
                self.answer(connection)
                shutdown(connection, Int32(SHUT_RDWR))
                close(connection)
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private func answer(_ connection: Int32) {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = read(connection, &buffer, buffer.count)
        guard count > 0 else { return }
        let request = String(decoding: buffer[..<count], as: UTF8.self)
        let range = request.lowercased().split(separator: "\r\n").first { $0.hasPrefix("range: bytes=") }
        let start = range.flatMap { Int($0.dropFirst("range: bytes=".count).dropLast()) } ?? 0
        let cut: Int? = lock.withLock {
            asked.append(start)
            return cuts.isEmpty ? nil : cuts.removeFirst()
        }
        guard let content else {
            send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8, to: connection)
            return
        }
        let rest = content[start...]
        let status = start > 0 ? "206 Partial Content" : "200 OK"
        send(
            "HTTP/1.1 \(status)\r\nContent-Length: \(rest.count)\r\nConnection: close\r\n\r\n".utf8, to: connection)
        send(cut.map { rest.prefix($0) } ?? rest, to: connection)
    }

    private func send(_ bytes: some Sequence<UInt8>, to connection: Int32) {
        let bytes = Array(bytes)
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return -1 }
                return Glibc.send(connection, base + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return }
            offset += written
        }
    }
}
