import Synchronization

/// A bar that fills while a long piece of work goes on, with the time that is left.
///
/// ```swift
/// let bar = ProgressBar("Reading", total: files.count)
/// for file in files {
///     read(file)
///     bar.advance()
/// }
/// ```
///
/// It is redrawn a few times a second at most, so that it may be advanced as often as one likes, from any thread.
public final class ProgressBar: Sendable {
    private struct State {
        var pace: Pace
        var note = ""
        var drawn: ContinuousClock.Instant
        var isFinished = false
    }

    private let label: String
    private let handle: DisplayHandle
    private let state: Mutex<State>

    /// Shows an empty bar below the cell.
    ///
    /// - Parameters:
    ///   - label: what is being done.
    ///   - total: how many units of work there are; nil where nobody knows.
    public init(_ label: String = "", total: Int? = nil) {
        self.label = label
        let pace = Pace(total: total.map(Double.init))
        state = Mutex(State(pace: pace, drawn: .now))
        handle = display(ProgressBar.bundle(label, pace, note: "", isFinished: false))
    }

    /// Counts units of work as done.
    public func advance(by units: Int = 1, note: String? = nil) {
        change(note) { $0.done + Double(units) }
    }

    /// Says how many units of work are done in all.
    public func advance(to units: Int, note: String? = nil) {
        change(note) { _ in Double(units) }
    }

    /// Draws the bar for the last time, full where the work was done.
    public func finish(note: String? = nil) {
        change(note, isLast: true) { $0.done }
    }

    private func change(_ note: String?, isLast: Bool = false, _ done: (Pace) -> Double) {
        let bundle: MIMEBundle? = state.withLock { state in
            let now = ContinuousClock.now
            guard !state.isFinished else { return nil }
            state.note = note ?? state.note
            state.pace.reach(done(state.pace), at: now)
            state.isFinished = isLast || state.pace.share == 1
            guard state.isFinished || now - state.drawn > Reader.redrawInterval else { return nil }
            state.drawn = now
            return ProgressBar.bundle(label, state.pace, note: state.note, isFinished: state.isFinished)
        }
        if let bundle { handle.update(bundle) }
    }

    private static func bundle(_ label: String, _ pace: Pace, note: String, isFinished: Bool) -> MIMEBundle {
        var words: [String] = []
        if let share = pace.share, let total = pace.total {
            words.append("\(Int(share * 100)) %")
            words.append("\(written(count: Int(pace.done))) of \(written(count: Int(total)))")
        } else if pace.done > 0 {
            words.append(written(count: Int(pace.done)))
        }
        if isFinished {
            words.append("in \(written(seconds: pace.elapsed()))")
        } else if let left = pace.secondsLeft {
            words.append("\(written(seconds: left)) left")
        }
        if !note.isEmpty { words.append(note) }
        let figures = words.joined(separator: " · ")
        let share = isFinished ? 1 : pace.share
        return MIMEBundle([
            "text/html": """
            <div style="font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums">\
            \(HTML.escaped(label)) <progress max="1"\(share.map { " value=\"\($0)\"" } ?? "") \
            style="width:240px;height:10px;vertical-align:middle"></progress> \(HTML.escaped(figures))</div>
            """,
            "text/plain": [label, figures].filter { !$0.isEmpty }.joined(separator: ": "),
        ])
    }
}

extension Sequence {
    /// The elements, with a progress bar below the cell that fills as they are taken.
    ///
    /// ```swift
    /// for story in stories.withProgress("Telling") { ... }
    /// ```
    public func withProgress(_ label: String = "", total: Int? = nil) -> some Sequence<Element> {
        let count = total ?? (self as? any Collection)?.count
        var state = (elements: makeIterator(), bar: ProgressBar?.none)
        return sequence(state: ()) { _ -> Element? in
            if let bar = state.bar { bar.advance() } else { state.bar = ProgressBar(label, total: count) }
            let next = state.elements.next()
            if next == nil { state.bar?.finish() }
            return next
        }
    }
}

extension Reader {
    /// How long a picture of work under way stands before it is drawn again: a moment where it is replaced in place,
    /// longer where every drawing is one more line of a log.
    package static var redrawInterval: Duration {
        !(current is Terminal) || Terminal.isWatched ? .milliseconds(250) : .seconds(10)
    }
}
