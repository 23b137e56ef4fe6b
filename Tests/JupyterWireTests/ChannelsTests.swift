import Foundation
import JupyterWire
import Testing

@Suite struct ChannelsTests {
    @Test func portsThatAreLeftOpenAreChosen() throws {
        let channels = try Channels(Connection(key: "k"))
        let ports = channels.connection.ports
        let chosen = [ports.shell, ports.iopub, ports.stdin, ports.control, ports.heartbeat]
        #expect(Set(chosen).count == 5)
        #expect(chosen.allSatisfy { $0 > 0 })
        channels.start(receive: { _, _ in }, drop: { _, _ in })
        channels.close()
    }

    @Test func anAddressInUseIsNamed() throws {
        let first = try Channels(Connection(key: "k"))
        first.start(receive: { _, _ in }, drop: { _, _ in })
        defer { first.close() }
        let endpoint = "tcp://127.0.0.1:\(first.connection.ports.shell)"
        #expect(throws: WireError.socket(operation: "bind", endpoint: endpoint, reason: "the address is in use")) {
            try Channels(first.connection)
        }
    }
}
