import Foundation
import Notebook
import Synchronization

/// The one output of a training, replaced in place while it goes on.
///
/// Drawing takes less than a hundredth of the time: after a picture that took long, the next one waits long.
final class LiveOutput {
    private let handle: DisplayHandle
    private var due: ContinuousClock.Instant

    /// What is shown of the trainings that go on, by the threads on which they do.
    private static let underWay = Mutex<[pthread_t: (handle: DisplayHandle, run: TrainingRun)]>([:])
    /// A cell may be left in the middle of a step: the picture of a training that no longer goes on says so.
    private static let watch: Void = CellMoment.leaving.always {
        guard var left = underWay.withLock({ $0.removeValue(forKey: pthread_self()) }) else { return }
        left.run.ending = "stopped"
        left.handle.update(TrainingPicture(left.run).mimeBundle)
    }

    /// The seconds that the trainings took whose last pictures stand below the cells that run now, by their threads.
    private static let drawn = Mutex<[pthread_t: [Double]]>([:])
    private static let fresh: Void = CellMoment.start.always {
        _ = drawn.withLock { $0.removeValue(forKey: pthread_self()) }
    }

    /// Whether the last picture of a training stands below the cell that runs now.
    static func shows(_ run: TrainingRun) -> Bool {
        drawn.withLock { $0[pthread_self()]?.contains(run.seconds) == true }
    }

    init(_ run: TrainingRun) {
        _ = (Self.watch, Self.fresh)
        handle = display(TrainingPicture(run).movingBundle)
        due = .now + .milliseconds(500)
        note(run)
    }

    /// Draws the run anew, if the last picture has stood long enough.
    func show(_ run: TrainingRun, secondsLeft: Double?) {
        guard ContinuousClock.now >= due else { return }
        note(run)
        draw { TrainingPicture(run, secondsLeft: secondsLeft).movingBundle }
    }

    /// Draws the run for the last time.
    func finish(_ run: TrainingRun) {
        _ = Self.underWay.withLock { $0.removeValue(forKey: pthread_self()) }
        Self.drawn.withLock { $0[pthread_self(), default: []].append(run.seconds) }
        draw { TrainingPicture(run).mimeBundle }
    }

    private func note(_ run: TrainingRun) {
        let handle = handle
        Self.underWay.withLock { $0[pthread_self()] = (handle, run) }
    }

    private func draw(_ bundle: () -> MIMEBundle) {
        let start = ContinuousClock.now
        handle.update(bundle())
        let spent = ContinuousClock.now - start
        due = ContinuousClock.now + max(Reader.redrawInterval * 2, spent * 150)
    }
}
