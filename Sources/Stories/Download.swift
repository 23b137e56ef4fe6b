internal import CSodium
import Foundation
import FoundationNetworking
import Notebook
import Synchronization

/// A file that is fetched over HTTP: goes on where it was cut off, and is under its name only when all of it is right.
package struct Download: Sendable {
    /// Where the file comes from.
    package var url: URL
    /// Where it goes.
    package var path: String
    /// The SHA-256 that it must have, in hexadecimal; a server that names one (`X-Linked-ETag`) is believed otherwise.
    package var sha256: String?
    /// How often a cut connection is taken up again without any progress.
    package var patience = 5

    package init(_ url: URL, to path: String, sha256: String? = nil) {
        self.url = url
        self.path = path
        self.sha256 = sha256
    }

    /// Fetches the file, with a bar that shows how far it is.
    package func run() throws {
        let partial = path + ".part"
        let folder = (path as NSString).deletingLastPathComponent
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CorpusError.unwritable(path: folder, reason: error.localizedDescription)
        }
        var failures = 0
        var expected = sha256
        while true {
            let before = size(of: partial)
            let transfer = try Transfer(url, to: partial, from: before)
            let outcome = transfer.run()
            expected = expected ?? transfer.sha256
            if outcome == nil { break }
            failures = size(of: partial) > before ? 0 : failures + 1
            if let reason = outcome, transfer.isFinal || failures >= patience {
                throw CorpusError.download(
                    url: url.absoluteString,
                    reason: "\(reason); \(size(of: partial)) bytes are kept, and the next try goes on from there")
            }
            Interruption.check()
            Thread.sleep(forTimeInterval: 0.2 * Double(failures + 1))
        }
        if let expected {
            let found = try Self.sha256(of: partial)
            guard found == expected.lowercased() else {
                unlink(partial)
                throw CorpusError.download(
                    url: url.absoluteString, reason: "its SHA-256 is \(found) where \(expected) was promised")
            }
        }
        guard rename(partial, path) == 0 else {
            throw CorpusError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
    }

    private func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The SHA-256 of a file, in hexadecimal.
    static func sha256(of path: String) throws(CorpusError) -> String {
        let file = try CorpusError.of { () throws(FileError) in try MappedFile(path) }
        var state = crypto_hash_sha256_state()
        crypto_hash_sha256_init(&state)
        let bytes = file.bytes.bindMemory(to: UInt8.self)
        crypto_hash_sha256_update(&state, bytes.baseAddress, UInt64(bytes.count))
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_bytes()))
        crypto_hash_sha256_final(&state, &digest)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// One connection of a download.
private final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // Used by the session's one delegate queue until it is done, and only then by the thread that waits.
    private let url: URL
    private let start: Int
    private let file: FileHandle
    private let done = DispatchSemaphore(value: 0)
    private var failure: String?
    private var bar: ProgressBar?
    private var received: Int
    private var expected: Int?
    private(set) var sha256: String?
    /// Whether trying again would not help.
    private(set) var isFinal = false

    init(_ url: URL, to path: String, from start: Int) throws(CorpusError) {
        self.url = url
        self.start = start
        received = start
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw .unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        self.file = file
    }

    /// Fetches what is missing; nil when all is there, otherwise what went wrong.
    func run() -> String? {
        var request = URLRequest(url: url)
        if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        let task = session.dataTask(with: request)
        task.resume()
        while done.wait(timeout: .now() + 0.2) == .timedOut {
            if Interruption.isRequested {
                task.cancel()
                break
            }
        }
        session.invalidateAndCancel()
        try? file.close()
        Interruption.check()
        if failure == nil, let expected, received < expected {
            failure = "the connection was cut after \(received) of \(expected) bytes"
        }
        bar?.finish()
        return failure
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        note(response)
        var request = request
        if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
        completionHandler(request)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        guard let response = response as? HTTPURLResponse else { return completionHandler(.cancel) }
        note(response)
        let length = Int(response.expectedContentLength)
        switch response.statusCode {
        case 206:
            _ = try? file.seekToEnd()
            expected = length >= 0 ? start + length : nil
        case 200:
            // The server begins again, so that what was there is of no use.
            try? file.truncate(atOffset: 0)
            received = 0
            expected = length >= 0 ? length : nil
        case 416 where start > 0:
            // Nothing is missing.
            return completionHandler(.cancel)
        default:
            failure = "the server answers \(response.statusCode)"
            isFinal = (400..<500).contains(response.statusCode)
            return completionHandler(.cancel)
        }
        bar = ProgressBar(url.lastPathComponent, total: expected)
        completionHandler(.allow)
    }

    private func note(_ response: HTTPURLResponse) {
        let tag = response.value(forHTTPHeaderField: "X-Linked-ETag")?.trimmingCharacters(in: ["\""]) ?? ""
        if tag.count == 64, tag.allSatisfy(\.isHexDigit) { sha256 = tag }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        do {
            try file.write(contentsOf: data)
            received += data.count
            bar?.advance(to: received)
        } catch {
            failure = "the disk takes no more: \(error.localizedDescription)"
            isFinal = true
            dataTask.cancel()
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error, failure == nil, (error as? URLError)?.code != .cancelled {
            failure = error.localizedDescription
        }
        done.signal()
    }
}
