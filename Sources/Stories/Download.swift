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
    ///
    /// - Throws: `CorpusError` that says why the file is not there; what was fetched so far is kept for the next try.
    package func run() throws {
        let partial = PartialFile(path)
        try partial.open()
        defer { partial.close() }
        var failures = 0
        var expected = sha256
        while true {
            let before = partial.size
            let transfer = Transfer(url, to: partial)
            let failure = transfer.run()
            expected = expected ?? transfer.sha256
            guard let failure else { break }
            failures = partial.size > before ? 0 : failures + 1
            if transfer.isFinal || failures >= patience {
                throw CorpusError.download(
                    url: url.absoluteString,
                    reason: "\(failure); \(partial.size) bytes are kept, and the next try goes on from there")
            }
            Interruption.check()
            Thread.sleep(forTimeInterval: 0.2 * Double(failures + 1))
        }
        if let expected {
            let found = try Self.sha256(of: partial.path)
            guard found == expected.lowercased() else {
                partial.remove()
                throw CorpusError.download(
                    url: url.absoluteString, reason: "its SHA-256 is \(found) where \(expected) was promised")
            }
        }
        try partial.finish()
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
    private let file: PartialFile
    private let start: Int
    private let done = DispatchSemaphore(value: 0)
    private var failure: String?
    private var bar: ProgressBar?
    private var received: Int
    private var expected: Int?
    private(set) var sha256: String?
    /// Whether trying again would not help.
    private(set) var isFinal = false

    init(_ url: URL, to file: PartialFile) {
        (self.url, self.file) = (url, file)
        start = file.size
        received = start
    }

    /// Fetches what is missing; nil when all is there, otherwise what went wrong.
    func run() -> String? {
        let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
        let task = session.dataTask(with: ranged(URLRequest(url: url)))
        task.resume()
        while done.wait(timeout: .now() + 0.2) == .timedOut {
            if Interruption.isRequested {
                task.cancel()
                break
            }
        }
        session.invalidateAndCancel()
        Interruption.check()
        if failure == nil, let expected, received < expected {
            failure = "the connection was cut after \(received) of \(expected) bytes"
        }
        bar?.finish()
        return failure
    }

    /// A request for what is missing, byte by byte as it is.
    private func ranged(_ request: URLRequest) -> URLRequest {
        var request = request
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
        return request
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        noteChecksum(response)
        completionHandler(ranged(request))
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        guard let response = response as? HTTPURLResponse else { return completionHandler(.cancel) }
        noteChecksum(response)
        let tag = sha256 ?? response.value(forHTTPHeaderField: "ETag")
        let isChanged = start > 0 && tag != nil && file.tag != nil && tag != file.tag
        let range = ContentRange(response.value(forHTTPHeaderField: "Content-Range") ?? "")
        let length = Int(response.expectedContentLength)
        switch response.statusCode {
        case 206 where !isChanged && range.start == start:
            expected = range.total ?? (length >= 0 ? start + length : nil)
        case 200:
            // The server gives the file from its beginning, so that what was there is of no use.
            file.clear()
            received = 0
            expected = length >= 0 ? length : nil
        case 416 where !isChanged && range.total == start:
            // Nothing is missing.
            return completionHandler(.cancel)
        case 206, 416:
            file.clear()
            failure = isChanged ? "the file on the server has changed" : "the server does not go on at byte \(start)"
            return completionHandler(.cancel)
        case let status:
            failure = "the server answers \(status)"
            // 408 and 429 ask to come again later.
            isFinal = (400..<500).contains(status) && status != 408 && status != 429
            return completionHandler(.cancel)
        }
        file.tag = tag
        bar = ProgressBar(url.lastPathComponent, total: expected)
        completionHandler(.allow)
    }

    /// The hub tells the SHA-256 of large files before it redirects to where they lie.
    private func noteChecksum(_ response: HTTPURLResponse) {
        let tag = response.value(forHTTPHeaderField: "X-Linked-ETag")?.trimmingCharacters(in: ["\""]) ?? ""
        if tag.count == 64, tag.allSatisfy(\.isHexDigit) { sha256 = tag }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        // The body of an answer that was refused may come all the same.
        guard failure == nil else { return }
        do {
            try file.append(data)
            received += data.count
            bar?.advance(to: received)
        } catch {
            failure = "\(file.path) takes no more: \(error.reason)"
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

/// What a `Content-Range` says: `bytes 500-999/1000`, or `bytes */1000`.
private struct ContentRange {
    let start: Int?
    let total: Int?

    init(_ header: String) {
        let parts = header.split(separator: "/")
        total = parts.count == 2 ? Int(parts[1]) : nil
        start = parts.first?.split(separator: " ").last?.split(separator: "-").first.flatMap { Int($0) }
    }
}
