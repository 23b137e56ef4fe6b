import Foundation
import Synchronization

/// One end of the socket between the kernel and its worker: values as JSON, each after its length.
package final class FrameChannel: Sendable {
    /// The socket, which reads block on.
    package let descriptor: Int32
    private let writing = Mutex<Void>(())

    package init(descriptor: Int32) { self.descriptor = descriptor }

    /// Sends a value; false where the other end is gone.
    @discardableResult
    package func send(_ value: some Encodable) -> Bool {
        guard let body = try? JSONEncoder().encode(value) else { return false }
        var frame = withUnsafeBytes(of: UInt32(body.count).littleEndian) { Data($0) }
        frame.append(body)
        return writing.withLock { _ in
            frame.withUnsafeBytes { bytes in
                var sent = 0
                while sent < bytes.count {
                    let count = Foundation.send(
                        descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
                    if count < 0 && errno == EINTR { continue }
                    if count <= 0 { return false }
                    sent += count
                }
                return true
            }
        }
    }

    /// The next value, or nil where the other end is gone or does not speak this language.
    package func receive<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard let header = read(count: 4) else { return nil }
        let length = header.reduce(into: (value: UInt32(0), shift: UInt32(0))) {
            $0.value |= UInt32($1) << $0.shift
            $0.shift += 8
        }.value
        return read(count: Int(length)).flatMap { try? JSONDecoder().decode(type, from: $0) }
    }

    private func read(count: Int) -> Data? {
        var data = Data(count: count)
        let isWhole = data.withUnsafeMutableBytes { bytes in
            var filled = 0
            while filled < count {
                let got = Foundation.recv(descriptor, bytes.baseAddress?.advanced(by: filled), count - filled, 0)
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { return false }
                filled += got
            }
            return true
        }
        return isWhole ? data : nil
    }
}
