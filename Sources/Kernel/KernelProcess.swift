import Cells
import FoundationEssentials
import Glibc
import JupyterWire
import Logging
import Processes

/// A kernel with its sockets, from start to end: what `martlet kernel` runs.
package enum KernelProcess {
    /// Runs a kernel until a client, a signal or the death of its parent ends it.
    ///
    /// - Parameters:
    ///   - startup: the connection file, or the file that says where to register.
    ///   - session: opens the session that runs cells; called once the sockets are bound.
    ///   - assistant: opens what completes and inspects code.
    package static func run(
        startup: StartupFile, settings: Kernel.Settings, environment: [String: String], log: Logger,
        session: () -> any CellSession, assistant: (any CellSession) -> (any Assistant)? = { _ in nil }
    ) throws(WireError) {
        let channels = try open(startup, environment)
        let outlet = Outlet(writer: channels.writer) { channels.send($0, on: $1) }
        let ended = Event()
        let session = session()
        let assistant = assistant(session)
        let kernel = Kernel(
            outlet: outlet, ports: channels.connection.ports, session: session, assistant: assistant,
            settings: settings, log: log,
            stop: { _ in ended.signal() })

        outlet.publish("status", ["execution_state": "starting"], parent: nil)
        let warnings = Warnings(log)
        channels.start(
            receive: { kernel.receive($0, on: $1) },
            drop: { reason, channel in
                warnings.warn("dropped a message", ["channel": "\(channel)", "reason": "\(reason)"])
            })
        Lifeline.watch(
            parent: environment["JPY_PARENT_PID"].flatMap { Int32($0) }, interrupt: { kernel.interrupt() },
            end: { reason in
                log.notice("ending", metadata: ["reason": "\(reason)"])
                ended.signal()
            })
        ended.wait()

        // A session that hangs must not keep the kernel: what it started is ended all the same, and so is what its cells
        // started.
        let isDown = Event()
        startThread {
            session.shutdown()
            assistant?.shutdown()
            isDown.signal()
        }
        isDown.wait(seconds: 1)
        ProcessFamily.endOwn()
        channels.close()
        withExtendedLifetime(kernel) {}
    }

    /// Binds the sockets, and where ports were left to the kernel tells those who wait for them.
    private static func open(_ startup: StartupFile, _ environment: [String: String]) throws(WireError) -> Channels {
        switch startup {
        case .connection(let connection): return try Channels(connection)
        case .registration(let registration):
            let channels = try Channels(registration.connection)
            try registration.announce(channels.connection)
            // Other clients find the kernel by this file. The launcher's client does not need it.
            if let folder = runtimeFolder(environment) {
                try? channels.connection.write(to: "\(folder)/kernel-\(registration.kernelID).json")
            }
            return channels
        }
    }

    /// Where Jupyter keeps the connection files of running kernels.
    private static func runtimeFolder(_ environment: [String: String]) -> String? {
        if let folder = environment["JUPYTER_RUNTIME_DIR"] { return folder }
        if let folder = environment["JUPYTER_DATA_DIR"] { return folder + "/runtime" }
        if let folder = environment["XDG_DATA_HOME"] { return folder + "/jupyter/runtime" }
        return environment["HOME"].map { $0 + "/.local/share/jupyter/runtime" }
    }
}
