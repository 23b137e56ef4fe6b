import Notebook

/// The one output of a training, replaced in place while it goes on.
///
/// Drawing takes less than a hundredth of the time: after a picture that took long, the next one waits long.
final class LiveOutput {
    private let handle: DisplayHandle
    private var due: ContinuousClock.Instant

    init(_ run: TrainingRun) {
        handle = display(TrainingPicture(run).movingBundle)
        due = .now + .milliseconds(500)
    }

    /// Draws the run anew, if the last picture has stood long enough.
    func show(_ run: TrainingRun, secondsLeft: Double?) {
        guard ContinuousClock.now >= due else { return }
        draw { TrainingPicture(run, secondsLeft: secondsLeft).movingBundle }
    }

    /// Draws the run for the last time.
    func finish(_ run: TrainingRun) {
        draw { TrainingPicture(run).mimeBundle }
    }

    private func draw(_ bundle: () -> MIMEBundle) {
        let start = ContinuousClock.now
        handle.update(bundle())
        let spent = ContinuousClock.now - start
        due = ContinuousClock.now + max(Reader.redrawInterval * 2, spent * 150)
    }
}
