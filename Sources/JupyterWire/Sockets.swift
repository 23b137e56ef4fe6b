import CZeroMQ
import FoundationEssentials
import Glibc

/// The sockets behind `Channels`, for the thread that owns them.
final class Sockets {
    let shell, control, stdin, iopub, heartbeat: Socket
    /// The files of the sockets that were bound in the file system.
    private var files: [String] = []

    private init(in context: SocketContext) throws(WireError) {
        shell = try Socket(.router, in: context)
        control = try Socket(.router, in: context)
        stdin = try Socket(.router, in: context)
        iopub = try Socket(.publisher, in: context)
        heartbeat = try Socket(.router, in: context)
    }

    /// Opens and binds all sockets, and says which ports they got.
    static func bound(to wanted: Connection, in context: SocketContext) throws(WireError) -> (Sockets, Connection) {
        let sockets = try Sockets(in: context)
        var connection = wanted
        if connection.transport == .ipc { connection.ports.chooseFreeNames(connection.ip) }
        // Sockets of the file system are the owner's alone.
        let mask = umask(0o077)
        defer { umask(mask) }
        for (socket, port) in [
            (sockets.shell, \Connection.Ports.shell), (sockets.control, \.control), (sockets.stdin, \.stdin),
            (sockets.iopub, \.iopub), (sockets.heartbeat, \.heartbeat),
        ] {
            if let keys = connection.curve { try socket.serve(with: keys) }
            try socket.bind(connection.endpoint(connection.ports[keyPath: port]))
            if connection.transport == .ipc { sockets.files.append(connection.path(connection.ports[keyPath: port])) }
            if connection.transport == .tcp { connection.ports[keyPath: port] = socket.boundPort ?? 0 }
        }
        return (sockets, connection)
    }

    subscript(channel: Channels.Channel) -> Socket {
        switch channel {
        case .shell: shell
        case .control: control
        case .stdin: stdin
        case .iopub: iopub
        }
    }

    /// Closes the sockets and removes their files.
    func close() {
        for socket in [shell, control, stdin, iopub, heartbeat] { socket.close() }
        for file in files { unlink(file) }
    }

    /// Waits until a message comes in on any socket or a descriptor is readable.
    func poll(_ descriptor: Int32) {
        var items = [shell, control, stdin, iopub, heartbeat].map { socket in
            zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        }
        items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        zmq_poll(&items, Int32(items.count), -1)
    }

    /// Sends every heartbeat back as it came.
    func echoHeartbeats() {
        while let frames = heartbeat.receive() { heartbeat.send(frames) }
    }

    /// The next topic that a client subscribed to; from now on it hears of it.
    func newSubscription() -> Data? {
        while let frames = iopub.receive() {
            // One byte says whether a topic was subscribed to (1) or given up (0), the topic follows.
            guard let frame = frames.first, let kind = frame.first, kind <= 1 else { continue }
            let topic = Data(frame.dropFirst())
            iopub.admit(topic, isWanted: kind == 1)
            if kind == 1 { return topic }
        }
        return nil
    }
}

extension Connection.Ports {
    /// Gives the sockets of the file system that have no number the lowest free ones.
    fileprivate mutating func chooseFreeNames(_ path: String) {
        var next = 1
        for port in [\Self.shell, \.iopub, \.stdin, \.control, \.heartbeat] where self[keyPath: port] == 0 {
            while access("\(path)-\(next)", F_OK) == 0 { next += 1 }
            self[keyPath: port] = next
            next += 1
        }
    }
}
