internal import CRecovery
import Foundation
import Notebook
import Synchronization
internal import WorkerFrames

/// The reader behind the kernel: what a cell shows and asks becomes frames.
struct FrameReader: NotebookReader {
    func display(_ bundle: MIMEBundle, id: String?, updates: Bool) {
        sendMarked { .display(bundle, id: id, updates: updates, mark: $0) }
    }

    func clearOutput(wait: Bool) {
        sendMarked { .clear(wait: wait, mark: $0) }
    }

    func setNextInput(_ text: String) {
        Worker.say(.nextInput(text))
    }

    func readLine(prompt: String, hidden: Bool) throws -> String {
        recovery_flush()
        let question = Answers.next()
        Worker.say(.question(question, prompt: prompt, hidden: hidden))
        guard let answer = Answers.wait(for: question) else { throw NoAnswer() }
        return answer
    }

    func send(_ message: CommMessage) {
        sendMarked { .comm(message, mark: $0) }
    }

    var request: String { Runs.current.request }

    var isToStop: Bool { recovery_is_stopped(recovery_run()) }

    func serveAllCells() { recovery_serve_all() }

    func stop(_ message: String) -> Never {
        CellExit.leave(.stopped(message: message, places: CellExit.callers()))
    }

    func leave() -> Never {
        CellExit.leave(.interrupted(places: CellExit.callers()))
    }

    /// What was printed before goes first, and what is printed later waits until the kernel has taken this.
    private func sendMarked(_ event: (Int) -> WorkerReport.Event) {
        recovery_flush()
        if Worker.isCopy { return }
        let mark = Marks.next()
        Worker.say(event(mark))
        Marks.wait(for: mark)
    }
}

/// The front end answers no questions.
struct NoAnswer: Error, CustomStringConvertible {
    var description: String { "This front end answers no questions: give the value in the cell instead." }
}

/// Marks in the stream of frames that the kernel confirms.
enum Marks {
    private static let last = Atomic<Int>(0)
    private static let waiting = Mutex<[Int: DispatchSemaphore]>([:])

    static func next() -> Int {
        let mark = last.add(1, ordering: .relaxed).newValue
        waiting.withLock { $0[mark] = DispatchSemaphore(value: 0) }
        return mark
    }

    static func pass(_ mark: Int) { waiting.withLock { $0.removeValue(forKey: mark) }?.signal() }

    static func wait(for mark: Int) { waiting.withLock { $0[mark] }?.wait() }
}

/// Questions to the person and their answers.
enum Answers {
    private enum State {
        case asked(DispatchSemaphore)
        case answered(String?)
    }

    private static let last = Atomic<Int>(0)
    private static let states = Mutex<[Int: State]>([:])

    static func next() -> Int {
        let question = last.add(1, ordering: .relaxed).newValue
        states.withLock { $0[question] = .asked(DispatchSemaphore(value: 0)) }
        return question
    }

    static func give(_ text: String?, to question: Int) {
        states.withLock { states in
            guard case .asked(let semaphore) = states[question] else { return }
            states[question] = .answered(text)
            semaphore.signal()
        }
    }

    /// The answer to a question; the wait can be interrupted.
    static func wait(for question: Int) -> String? {
        // The answer may have come before anyone waits for it.
        if case .asked(let semaphore) = states.withLock({ $0[question] }) {
            while semaphore.wait(timeout: .now() + .milliseconds(20)) == .timedOut { Interruption.check() }
        }
        // An interrupt gives up the question too, and may do so before anyone has looked.
        Interruption.check()
        guard case .answered(let text) = states.withLock({ $0.removeValue(forKey: question) }) else { return nil }
        return text
    }
}
