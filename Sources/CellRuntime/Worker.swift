internal import CRecovery
import Foundation
import Notebook
internal import Processes
import Synchronization
internal import WorkerFrames

/// The process that runs cells: it takes orders from the kernel over a socket and does what they say.
public enum Worker {
    /// The descriptor of the socket that the kernel opened for its worker.
    static let channelDescriptor: Int32 = 3
    static let channel = FrameChannel(descriptor: channelDescriptor)
    nonisolated(unsafe) static private(set) var mainThread = pthread_self()
    private static let kernel = getppid()

    /// Whether this is a copy that a cell has made by `fork`: it ends with that cell, and the kernel does not know it.
    nonisolated(unsafe) static private(set) var isCopy = false

    /// Runs cells until the kernel ends.
    public static func run() -> Never {
        mainThread = pthread_self()
        prepareProcess()
        recovery_install { outcome in
            guard let outcome else { return }
            Stray.report(outcome.pointee)
        }
        recovery_run_tasks()
        Reader.current = FrameReader()
        startThread { takeOrders() }
        startThread { flushPeriodically() }
        send(WorkerReport(lane: nil, event: .ready))
        Lane.main.work()
    }

    private static func prepareProcess() {
        // Cells may change the environment, and the kernel may end.
        _ = (ProcessFamily.mark, kernel)
        Descriptors.keepReserve()
        // What a cell starts must not hold the socket: the kernel knows by its end that the worker is gone.
        _ = fcntl(channelDescriptor, F_SETFD, FD_CLOEXEC)
        pthread_atfork({ recovery_flush() }, nil) {
            close(Worker.channelDescriptor)
            Worker.isCopy = true
        }
        recovery_route_output { run, text, count in
            guard !Worker.isCopy, !Lane.main.runs(run), let text else { return false }
            let bytes = UnsafeRawBufferPointer(start: text, count: count)
            Worker.say(.printed(String(decoding: bytes, as: UTF8.self)))
            return true
        }
        // Where a worker before this one was; if that folder is gone, this one begins where the kernel is.
        if CommandLine.arguments.count > 1 { chdir(CommandLine.arguments[1]) }
        // Cells compiled without the optimizer need it; those compiled later find it loaded.
        dlopen("libswiftSwiftOnoneSupport.so", RTLD_NOW | RTLD_GLOBAL)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT, SIG_IGN)
    }

    /// Tells the kernel something. A thread does not leave its cell while it has a turn at the socket.
    static func send(_ report: WorkerReport) {
        if isCopy { return }
        recovery_hold(true)
        // A cell that has closed the socket leaves nobody to run cells for: a new worker takes this one's place.
        if !channel.send(report) { _exit(1) }
        recovery_hold(false)
    }

    /// Tells the kernel something in the name of the cell that the calling thread works for.
    static func say(_ event: WorkerReport.Event) {
        let origin = Runs.current
        send(WorkerReport(lane: origin.lane, request: origin.request, event: event))
    }

    private static func takeOrders() {
        while let order = channel.receive(WorkerOrder.self) {
            switch order {
            case .run(let cell): Lane.named(cell.lane).add(.cell(cell))
            case .load(let order): Lane.named(order.lane).add(.libraries(order))
            case .receive(let message): Lane.named(message.lane).add(.message(message))
            case .interrupt: Lane.interruptAll()
            case .answer(let question, let text): Answers.give(text, to: question)
            case .seen(let mark): Marks.pass(mark)
            }
        }
        // The kernel is gone: nobody is left to run cells for, and nobody else to end what it and they have started.
        ProcessFamily.endOwn(ifGone: kernel)
        _exit(0)
    }

    /// Text that does not end its line reaches the person all the same.
    private static func flushPeriodically() {
        while true {
            usleep(30_000)
            recovery_flush()
        }
    }
}

/// Starts a thread with a stack as large as the main thread's.
func startThread(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = 8 << 20
    thread.start()
}
