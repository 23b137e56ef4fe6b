internal import CRecovery
import Foundation
import Notebook
internal import WorkerFrames

/// The ways out of a cell other than its last statement.
enum CellExit {
    /// What a thread that leaves its cell has to say; set before it jumps.
    private static let words: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    private final class Words {
        let ending: CellEnding
        init(_ ending: CellEnding) { self.ending = ending }
    }

    /// Runs the statements of a cell, and says how they ended.
    static func ending(of statements: CellLibrary.Entry, in run: UInt64) -> CellEnding {
        CellMoment.start.announce()
        let ending = ending(recovery_guard(statements, run)) ?? .finished
        switch ending {
        case .finished, .returned, .threw: break
        default: CellMoment.leaving.announce()
        }
        return ending
    }

    /// What a guarded call's end means; nil where it reached its end. What a thread had to say is taken.
    static func ending(_ outcome: recovery_outcome) -> CellEnding? {
        switch outcome.reason {
        case recovery_trapped:
            return .trapped(
                signal: outcome.signal, cause: cause(of: outcome), words: runtimeWords,
                places: CellLibrary.places(outcome.addresses))
        case recovery_interrupted: return .interrupted(places: CellLibrary.places(outcome.addresses))
        case recovery_left:
            guard let said = pthread_getspecific(words) else { return nil }
            pthread_setspecific(words, nil)
            return Unmanaged<Words>.fromOpaque(said).takeRetainedValue().ending
        default: return nil
        }
    }

    /// What the runtime printed on this thread; nil where it printed nothing.
    private static var runtimeWords: String? {
        guard let words = recovery_take_words() else { return nil }
        defer { free(words) }
        return String(cString: words)
    }

    private static func cause(of outcome: recovery_outcome) -> TrapCause? {
        if outcome.is_overflow { return .fullStack }
        if outcome.is_null { return .nothingThere }
        let file = outcome.addresses.first.flatMap { CellLibrary.file(of: $0) }
        return file?.hasSuffix("/libdispatch.so") == true ? .misusedQueue : nil
    }

    /// Leaves the cell that runs on this thread.
    static func leave(_ ending: CellEnding) -> Never {
        if recovery_is_guarded() {
            pthread_setspecific(words, Unmanaged.passRetained(Words(ending)).toOpaque())
        } else {
            Stray.report(ending, of: recovery_run())
        }
        recovery_leave(recovery_left)
    }

    /// Keeps an error in its box, whose address the runtime told when it was thrown.
    private struct Box {
        let error: any Error
    }

    /// The places in cells where an error began, innermost first.
    static func throwing(of error: any Error) -> [CodePlace] {
        var frames = [UInt](repeating: 0, count: Int(recovery_frame_limit))
        let count = recovery_throw(unsafeBitCast(Box(error: error), to: UnsafeRawPointer.self), &frames, frames.count)
        return CellLibrary.places(Array(frames[..<count]))
    }

    /// The places in cells from which this function was called, innermost first.
    static func callers() -> [CodePlace] {
        var frames = [UInt](repeating: 0, count: Int(recovery_frame_limit))
        let count = recovery_callers(&frames, frames.count)
        return CellLibrary.places(Array(frames[..<count]))
    }
}

extension recovery_outcome {
    /// The addresses of the frames.
    var addresses: [UInt] {
        withUnsafeBytes(of: frames) { Array($0.bindMemory(to: UInt.self).prefix(frame_count)) }
    }
}

/// What ends a task, a block or a thread that is not a lane's.
enum Stray {
    static func report(_ outcome: recovery_outcome) {
        if let ending = CellExit.ending(outcome) { report(ending, of: outcome.run) }
    }

    /// Ends the cell that started it with what happened, or says so below that cell where it has ended already.
    static func report(_ ending: CellEnding, of run: UInt64) {
        if case .interrupted = ending { return }
        // Of what was told to stop, or has lost its cell's memory, nobody wants to hear.
        if recovery_is_stopped(run) || Lane.end(run, as: ending) { return }
        let origin = Runs.origin(of: run)
        Worker.send(WorkerReport(lane: origin?.lane, request: origin?.request, event: .stray(ending)))
    }
}

/// `exit` in a cell ends the cell, and only where the status says that something failed is that an error.
@_cdecl("__wrap_exit")
public func exitOfCell(_ status: Int32) {
    CellExit.leave(status == 0 ? .returned : .exited(status: status))
}

/// An error that reaches the top of a cell ends the cell.
@_silgen_name("__wrap_swift_errorInMain")
public func errorInCell(_ error: __owned any Error) {
    CellExit.leave(
        .threw(
            type: String(describing: type(of: error)), message: ErrorText.message(of: error),
            places: CellExit.throwing(of: error)))
}

/// What an error says to a person.
enum ErrorText {
    static func message(of error: any Error) -> String {
        if let localized = error as? any LocalizedError, let text = localized.errorDescription { return text }
        if let cocoa = error as? CocoaError {
            let place = cocoa.filePath ?? cocoa.url?.path
            let reason = cocoa.localizedDescription.replacing("The operation could not be completed. ", with: "")
            return (place.map { "\($0): " } ?? "") + reason
        }
        if let decoding = error as? DecodingError { return sentence(for: decoding) }
        return (error as NSError).userInfo[NSLocalizedDescriptionKey] as? String ?? String(describing: error)
    }

    private static func sentence(for error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            let text = path.reduce("") { text, key in
                text + (key.intValue.map { "[\($0)]" } ?? (text.isEmpty ? "" : ".") + key.stringValue)
            }
            return text.isEmpty ? "" : " '\(text)'"
        }
        return switch error {
        case .keyNotFound(let key, let context): "The data have no\(place(context.codingPath + [key]))."
        case .typeMismatch(let type, let context): "The value\(place(context.codingPath)) of the data is no \(type)."
        case .valueNotFound(let type, let context):
            "The value\(place(context.codingPath)) of the data is null and no \(type)."
        case .dataCorrupted(let context):
            "The value\(place(context.codingPath)) of the data cannot be read: \(context.debugDescription)"
        @unknown default: String(describing: error)
        }
    }
}
