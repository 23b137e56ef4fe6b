import CZeroMQ
import FoundationEssentials
import Glibc
import Synchronization

/// The five sockets of a kernel, owned by one thread.
///
/// Messages come in on that thread, which must not be kept long, and go out from any thread in the order in which they
/// were handed over, across all channels: what is published before a reply is sent before it.
package final class Channels: Sendable {
    /// A socket of a kernel that carries messages.
    package enum Channel: String, Sendable {
        case shell, control, stdin, iopub
    }

    private struct Outgoing {
        var messages: [(channel: Channel, frames: [Data])] = []
        var isClosed = false
    }

    /// Where the sockets are bound, with the ports that were chosen for those that were 0.
    package let connection: Connection
    package let writer: MessageWriter

    private let context: SocketContext
    private let signer: Signer
    private let outgoing = Mutex(Outgoing())
    private let wakeUp = WakeUp()
    private let ended = Event()
    // Touched by the initialiser, then by the one thread that `start` starts.
    private nonisolated(unsafe) let sockets: Sockets

    /// Binds the sockets of a connection.
    package init(_ connection: Connection) throws(WireError) {
        let signer = try Signer(scheme: connection.signatureScheme, key: connection.key)
        let context = try SocketContext()
        (sockets, self.connection) = try Sockets.bound(to: connection, in: context)
        self.signer = signer
        self.context = context
        writer = MessageWriter(signer: signer)
    }

    /// Starts to take messages in.
    ///
    /// - Parameters:
    ///   - receive: takes a message of the shell, control or stdin channel.
    ///   - drop: hears why a message was dropped.
    package func start(
        receive: @escaping @Sendable (Message, Channel) -> Void,
        drop: @escaping @Sendable (MalformedMessage, Channel) -> Void
    ) {
        startThread { [self] in
            var replays = ReplayGuard()
            while flush() {
                sockets.poll(wakeUp.descriptor)
                wakeUp.clear()
                sockets.echoHeartbeats()
                while let topic = sockets.newSubscription() { welcome(topic) }
                // Control first, and a bounded share for each, so that a flood on one channel does not starve the others.
                for (channel, socket) in [
                    (Channel.control, sockets.control), (.stdin, sockets.stdin), (.shell, sockets.shell),
                ] {
                    for _ in 0..<32 {
                        guard let frames = socket.receive() else { break }
                        do throws(MalformedMessage) {
                            receive(try admit(frames, &replays), channel)
                        } catch {
                            drop(error, channel)
                        }
                    }
                }
            }
            sockets.close()
            context.terminate()
            ended.signal()
        }
    }

    /// Sends the frames of a message after those that were sent before.
    package func send(_ frames: [Data], on channel: Channel) {
        let isFirst = outgoing.withLock { outgoing in
            outgoing.messages.append((channel, frames))
            return outgoing.messages.count == 1
        }
        if isFirst { wakeUp.wake() }
    }

    /// Sends what is left, closes the sockets and returns when that is done, within about a second.
    package func close() {
        outgoing.withLock { $0.isClosed = true }
        wakeUp.wake()
        ended.wait()
    }

    private func admit(_ frames: [Data], _ replays: inout ReplayGuard) throws(MalformedMessage) -> Message {
        let message = try Message(frames: frames, signer: signer)
        if signer.isActive, !replays.admits(frames[message.identities.count + 1]) { throw .replayed }
        return message
    }

    /// Sends everything that waits; false when the channels are to be closed.
    private func flush() -> Bool {
        let (messages, isOpen) = outgoing.withLock { outgoing in
            defer { outgoing.messages.removeAll() }
            return (outgoing.messages, !outgoing.isClosed)
        }
        for (channel, frames) in messages { sockets[channel].send(frames) }
        return isOpen
    }

    private func welcome(_ topic: Data) {
        let content = MessageWriter.encode(["subscription": String(decoding: topic, as: UTF8.self)])
        sockets.iopub.send(
            writer.frames("iopub_welcome", content: content, parent: nil, route: topic.isEmpty ? [] : [topic]))
    }
}
