import Cells
import Foundation
import Kernel
import Synchronization
import Testing

/// A session of cells, as a test writes it down: each call runs a cell and gives what a person would see.
final class Notebook: Sendable {
    let session: WorkerSession
    private let number = Mutex(0)

    /// Opens a session with the worker of this build.
    init(cache: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let installation = try #require(
            Installation(besideProgram: program) ?? Installation.current,
            "martlet-worker is not built: swift build -c release --product martlet-worker")
        let toolchain = try #require(Toolchain.current(environment: environment))
        session = try WorkerSession(
            installation: installation, toolchain: toolchain, cache: cache ?? Self.cache, environment: environment)
    }

    deinit { session.shutdown() }

    /// One store for all tests, so that what every session compiles is compiled once.
    static let cache = NSTemporaryDirectory() + "martlet-tests-\(getuid())"

    /// What a cell showed and how it ended.
    struct Page: Sendable {
        var outcome: CellOutcome = .succeeded
        var printed = ""
        var errors = ""
        var result: String?
        var shown: [String] = []
        /// Everything in the order in which it came.
        var order: [String] = []

        var error: (name: String, message: String, traceback: String)? {
            guard case .failed(let name, let message, let traceback) = outcome else { return nil }
            return (name, message, traceback.joined(separator: "\n"))
        }
    }

    /// Runs a cell.
    ///
    /// - Parameter interruption: what the cell prints when it is to be interrupted.
    @discardableResult
    func run(
        _ text: String, lane: String? = nil, silent: Bool = false, answers: [String]? = nil,
        interruptedAfter interruption: String? = nil
    ) async -> Page {
        let number = number.withLock { number in
            number += 1
            return number
        }
        let page = Mutex(Page())
        let left = Mutex(answers ?? [])
        let outcome = await session.run(
            Cell(
                text: text, number: number, request: "\(number)", lane: lane, isSilent: silent,
                allowsInput: answers != nil)
        ) { output in
            page.withLock { page in
                switch output {
                case .stream(name: "stdout", let text):
                    if let interruption, !page.printed.contains(interruption),
                        (page.printed + text).contains(interruption)
                    {
                        self.session.interrupt()
                    }
                    page.printed += text
                    page.order.append(text)
                case .stream(_, let text): page.errors += text
                case .result(let bundle): page.result = bundle.plainText
                case .display(let bundle, _, _):
                    page.shown.append(bundle.plainText)
                    page.order.append(bundle.plainText)
                case .question(_, _, let reply):
                    reply(left.withLock { $0.isEmpty ? nil : $0.removeFirst() })
                default: break
                }
            }
        }
        return page.withLock {
            $0.outcome = outcome
            return $0
        }
    }
}
