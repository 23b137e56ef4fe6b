/// Why a training stopped before its end, or did not begin.
public enum TrainingError: Error, Hashable, CustomStringConvertible {
    /// The loss is no number any more. The weights are those before the step.
    case lossNotFinite(step: Int, loss: String, before: Float?, rate: Float)
    /// There is nothing to learn from, or to validate on.
    case noStories(to: String)
    /// The stories have tokens that the model does not know.
    case vocabulary(stories: Int, model: Int)
    /// The training that is to be resumed was another one.
    case otherTraining(folder: String, reason: String)
    /// The rows are longer than what the model reads.
    case context(asked: Int, model: Int)

    public var description: String {
        switch self {
        case .lossNotFinite(let step, let loss, let before, let rate):
            "training: the loss of step \(step) is \(loss)\(before.map { ", and was \($0) before" } ?? "") - the weights are"
                + " those before this step; a learning rate below \(rate), a longer warm-up or ClipGradients(toNorm: 1)"
                + " keeps it finite"
        case .noStories(let purpose): "training: there are no stories to \(purpose)"
        case .vocabulary(let stories, let model):
            "training: stories of \(stories) different tokens - the model knows \(model); make it with vocabulary:"
                + " \(stories), or tokenize the stories with fewer"
        case .otherTraining(let folder, let reason):
            "training: \(folder) holds another training: \(reason) - resume it as it was begun, or train without resuming:"
        case .context(let asked, let model):
            "training: rows of \(asked) tokens - the model's context is \(model)"
        }
    }
}
