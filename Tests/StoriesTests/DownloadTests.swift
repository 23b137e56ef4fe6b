import Foundation
import Stories
import Testing

@Suite(.serialized) struct DownloadTests {
    static let content = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) })
    static let newContent = Data((0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 17 ^ ($0 >> 7)) })

    /// A folder where `story.txt` is fetched to, with what an earlier try left there.
    private struct Place {
        let file: TemporaryFile
        var path: String { file.folder + "/story.txt" }
        var part: String { path + ".part" }

        init(leftover: Data? = nil) throws {
            file = try TemporaryFile("")
            try leftover?.write(to: URL(fileURLWithPath: part))
        }

        func fetch(_ server: LocalServer, sha256: String? = nil) throws {
            let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/story.txt"))
            var download = Download(url, to: path, sha256: sha256)
            download.patience = 2
            try download.run()
        }

        /// What the download says that cannot be done.
        func failure(_ server: LocalServer, sha256: String? = nil) -> String {
            (#expect(throws: CorpusError.self) { try fetch(server, sha256: sha256) })?.description ?? ""
        }

        var content: Data? { FileManager.default.contents(atPath: path) }
        var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: file.folder)) ?? [] }
    }

    @Test func aCutDownloadGoesOnWhereItStopped() throws {
        var cuts = [50_000, 30_000, 0]
        let server = try LocalServer { request in
            .part(of: Self.content, request, cut: cuts.isEmpty ? nil : cuts.removeFirst())
        }
        let place = try Place()
        try place.fetch(server)
        #expect(place.content == Self.content)
        #expect(server.starts == [0, 50_000, 80_000, 80_000])
        #expect(place.names.filter { $0.hasPrefix("story.txt") } == ["story.txt"])
    }

    @Test func aWrongChecksumLeavesNoFile() throws {
        let server = try LocalServer { .part(of: Self.content, $0) }
        let place = try Place()
        #expect(place.failure(server, sha256: String(repeating: "0", count: 64)).contains("its SHA-256 is"))
        #expect(!place.names.contains { $0.hasPrefix("story.txt") })
    }

    @Test func aServerThatAlwaysCutsIsGivenUp() throws {
        let server = try LocalServer { .part(of: Self.content, $0, cut: 0) }
        let place = try Place()
        #expect(place.failure(server).contains("the next try goes on from there"))
    }

    @Test func aFileThatIsNotThereIsSaidAtOnce() throws {
        let server = try LocalServer { _ in LocalServer.Reply(status: "404 Not Found") }
        let place = try Place()
        #expect(place.failure(server).contains("the server answers 404"))
        #expect(server.starts.count == 1)
    }

    @Test func aServerThatIsBusyIsAskedAgain() throws {
        let server = try LocalServer { request in
            request.number == 0
                ? LocalServer.Reply(status: "503 Service Unavailable") : .part(of: Self.content, request)
        }
        let place = try Place()
        try place.fetch(server)
        #expect(place.content == Self.content)
    }

    @Test func aLeftoverLongerThanTheFileIsOfNoUse() throws {
        let server = try LocalServer { .part(of: Self.content, $0) }
        let place = try Place(leftover: Self.content + Data(repeating: 7, count: 1000))
        try place.fetch(server)
        #expect(place.content == Self.content)
        #expect(server.starts == [201_000, 0])
    }

    @Test func aLeftoverThatIsAllOfTheFileIsTheFile() throws {
        let server = try LocalServer { .part(of: Self.content, $0) }
        let place = try Place(leftover: Self.content)
        try place.fetch(server)
        #expect(place.content == Self.content)
        #expect(server.starts == [200_000])
    }

    @Test func aServerThatKnowsNoPartsBeginsAgain() throws {
        let server = try LocalServer { request in
            LocalServer.Reply(status: "200 OK", body: Self.content, cut: request.number == 0 ? 50_000 : nil)
        }
        let place = try Place()
        try place.fetch(server)
        #expect(place.content == Self.content)
        #expect(server.starts == [0, 50_000])
    }

    @Test func aServerThatGivesAnotherPartIsNotBelieved() throws {
        let server = try LocalServer { request in
            request.start > 0
                ? LocalServer.Reply(
                    status: "206 Partial Content", headers: ["Content-Range: bytes 0-199999/200000"],
                    body: Self.content)
                : .part(of: Self.content, request, cut: request.number == 0 ? 50_000 : nil)
        }
        let place = try Place()
        try place.fetch(server)
        #expect(place.content == Self.content)
    }

    @Test func partsOfTwoVersionsAreNotPutTogether() throws {
        let server = try LocalServer { request in
            let isOld = request.number == 0
            return .part(
                of: isOld ? Self.content : Self.newContent, request, cut: isOld ? 50_000 : nil,
                headers: [isOld ? "ETag: \"old\"" : "ETag: \"new\""])
        }
        let place = try Place()
        try place.fetch(server)
        #expect(place.content == Self.newContent)
        #expect(server.starts == [0, 50_000, 0])
    }

    @Test func aRedirectIsFollowedAndItsChecksumHolds() throws {
        var redirect = LocalServer.Reply(status: "302 Found")
        redirect.headers = ["Location: /there", "X-Linked-ETag: \"\(String(repeating: "a", count: 64))\""]
        let server = try LocalServer { request in
            request.path == "/there" ? .part(of: Self.content, request) : redirect
        }
        let place = try Place(leftover: Self.content.prefix(70_000))
        #expect(place.failure(server).contains("where \(String(repeating: "a", count: 64)) was promised"))
        #expect(server.starts == [70_000, 70_000])
    }

    @Test func aRedirectThatGoesRoundIsGivenUp() throws {
        let server = try LocalServer { _ in LocalServer.Reply(status: "302 Found", headers: ["Location: /again"]) }
        let place = try Place()
        #expect(place.failure(server).contains("was not downloaded"))
    }

    @Test func aFullDiskIsSaidAtOnce() throws {
        let server = try LocalServer { .part(of: Self.content, $0) }
        let place = try Place()
        // A device that never has room.
        try FileManager.default.createSymbolicLink(atPath: place.part, withDestinationPath: "/dev/full")
        #expect(place.failure(server).contains("takes no more: No space left on device"))
        #expect(server.starts.count == 1)
    }

    @Test func twoProgramsDoNotFetchIntoOneFile() throws {
        let server = try LocalServer { .part(of: Self.content, $0) }
        let place = try Place(leftover: Data())
        let other = open(place.part, O_WRONLY)
        defer { close(other) }
        #expect(flock(other, LOCK_EX) == 0)
        #expect(place.failure(server).contains("another program is fetching this file"))
        #expect(server.starts.isEmpty)
    }
}

/// An HTTP server on the loopback that answers as a test tells it to, one connection after the other.
final class LocalServer: @unchecked Sendable {
    struct Request {
        /// How many came before.
        let number: Int
        let path: String
        /// From which byte on it asks.
        let start: Int
    }

    struct Reply {
        var status: String
        var headers: [String] = []
        var body = Data()
        /// After how many bytes of the body the connection is cut.
        var cut: Int?

        /// A file from where it was asked for, as a server that knows ranges gives it.
        static func part(of file: Data, _ request: Request, cut: Int? = nil, headers: [String] = []) -> Reply {
            let start = request.start
            guard start < file.count else {
                return Reply(
                    status: "416 Range Not Satisfiable", headers: headers + ["Content-Range: bytes */\(file.count)"])
            }
            let range = "Content-Range: bytes \(start)-\(file.count - 1)/\(file.count)"
            return start > 0
                ? Reply(status: "206 Partial Content", headers: headers + [range], body: file[start...], cut: cut)
                : Reply(status: "200 OK", headers: headers, body: file, cut: cut)
        }
    }

    let port: UInt16
    private let socket: Int32
    private let reply: (Request) -> Reply
    private let lock = NSLock()
    private var asked: [Int] = []

    /// From which byte on each request asked.
    var starts: [Int] { lock.withLock { asked } }

    init(_ reply: @escaping (Request) -> Reply) throws {
        self.reply = reply
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
        let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\r\n")
        let range = lines.map { $0.lowercased() }.first { $0.hasPrefix("range: bytes=") }
        let start = range.flatMap { Int($0.dropFirst("range: bytes=".count).dropLast()) } ?? 0
        let path = lines.first?.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let number = lock.withLock {
            asked.append(start)
            return asked.count - 1
        }
        let reply = reply(Request(number: number, path: path, start: start))
        let head = ["HTTP/1.1 \(reply.status)", "Content-Length: \(reply.body.count)", "Connection: close"]
        send((head + reply.headers + ["", ""]).joined(separator: "\r\n").utf8, to: connection)
        send(reply.body.prefix(reply.cut ?? .max), to: connection)
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
