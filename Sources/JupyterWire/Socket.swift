import CZeroMQ
import FoundationEssentials
import Glibc

/// A ZeroMQ context, shared by the sockets of a process.
final class SocketContext: @unchecked Sendable {
    // A context may be used from any thread; a socket may not.
    let handle: UnsafeMutableRawPointer

    init() throws(WireError) {
        guard let handle = zmq_ctx_new() else { throw .socket(operation: "open", endpoint: "ZeroMQ", reason: reason()) }
        self.handle = handle
    }

    /// Ends when all sockets are closed and what they had to send is sent or given up.
    func terminate() {
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }
}

/// A ZeroMQ socket. It belongs to one thread at a time.
final class Socket {
    enum Kind {
        case router, dealer, publisher

        var code: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .publisher: ZMQ_XPUB
            }
        }
    }

    let handle: UnsafeMutableRawPointer

    init(_ kind: Kind, in context: SocketContext) throws(WireError) {
        guard let handle = zmq_socket(context.handle, kind.code) else {
            throw .socket(operation: "open", endpoint: "a socket", reason: reason())
        }
        self.handle = handle
        set(ZMQ_LINGER, 1000)
        set(ZMQ_SNDHWM, 0)
        set(ZMQ_RCVHWM, 0)
        switch kind {
        case .router:
            // A client that comes back under its old identity takes the old connection's place.
            set(ZMQ_ROUTER_HANDOVER, 1)
        case .publisher:
            set(ZMQ_XPUB_NODROP, 1)
            // Every subscriber is welcomed, and sees nothing before that.
            set(ZMQ_XPUB_MANUAL, 1)
        case .dealer: break
        }
    }

    func close() { zmq_close(handle) }

    func set(_ option: Int32, _ value: Int32) {
        var value = value
        zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
    }

    /// Begins or ends what the client of the last message received has asked for.
    func admit(_ topic: Data, isWanted: Bool) {
        _ = topic.withUnsafeBytes {
            zmq_setsockopt(handle, isWanted ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, $0.baseAddress, $0.count)
        }
    }

    /// Encrypts the socket; clients need the public key.
    func serve(with keys: Connection.CurveKeys) throws(WireError) {
        set(ZMQ_CURVE_SERVER, 1)
        guard zmq_setsockopt(handle, ZMQ_CURVE_SECRETKEY, keys.secretKey, keys.secretKey.utf8.count + 1) == 0,
            zmq_setsockopt(handle, ZMQ_CURVE_PUBLICKEY, keys.publicKey, keys.publicKey.utf8.count + 1) == 0
        else {
            throw .socket(
                operation: "encrypt", endpoint: "a socket", reason: "its CurveZMQ keys are not 40 characters of Z85")
        }
    }

    func bind(_ endpoint: String) throws(WireError) {
        guard zmq_bind(handle, endpoint) == 0 else {
            throw .socket(operation: "bind", endpoint: endpoint, reason: reason())
        }
    }

    func connect(_ endpoint: String) throws(WireError) {
        guard zmq_connect(handle, endpoint) == 0 else {
            throw .socket(operation: "connect to", endpoint: endpoint, reason: reason())
        }
    }

    /// The TCP port that the socket was bound to.
    var boundPort: Int? {
        var name = [CChar](repeating: 0, count: 256)
        var count = name.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &name, &count) == 0 else { return nil }
        let endpoint = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return endpoint.split(separator: ":").last.flatMap { Int($0) }
    }

    /// The frames of the next message, or nil where none waits.
    func receive() -> [Data]? {
        var frames: [Data] = []
        while true {
            var message = zmq_msg_t()
            zmq_msg_init(&message)
            defer { zmq_msg_close(&message) }
            var received = zmq_msg_recv(&message, handle, ZMQ_DONTWAIT)
            while received < 0, zmq_errno() == EINTR { received = zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) }
            guard received >= 0 else { return nil }
            frames.append(Data(bytes: zmq_msg_data(&message), count: zmq_msg_size(&message)))
            if zmq_msg_more(&message) == 0 { return frames }
        }
    }

    /// Sends a message; it is given up where its client has gone.
    func send(_ frames: [Data]) {
        for (index, frame) in frames.enumerated() {
            let flags = index + 1 < frames.count ? ZMQ_SNDMORE : 0
            let sent = frame.withUnsafeBytes { bytes in
                var sent = zmq_send(handle, bytes.baseAddress, bytes.count, flags)
                while sent < 0, zmq_errno() == EINTR { sent = zmq_send(handle, bytes.baseAddress, bytes.count, flags) }
                return sent
            }
            if sent < 0 { return }
        }
    }
}

/// Why the last operation on a socket failed.
private func reason() -> String {
    switch zmq_errno() {
    case EADDRINUSE: "the address is in use"
    case EADDRNOTAVAIL, ENODEV: "the address is not one of this machine"
    case EACCES: "permission is denied"
    default: zmq_strerror(zmq_errno()).map { String(cString: $0) } ?? "unknown reason"
    }
}
