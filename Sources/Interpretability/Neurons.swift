import Networks
import Notebook
import Stories
import Tensors

/// A neuron and the tokens at which it was most active.
public struct Neuron: Sendable {
    /// A token at which a neuron was active, with the text around it.
    public struct Activation: Hashable, Sendable {
        /// How active the neuron was.
        public let value: Float
        /// The token.
        public let token: String
        /// The text before the token.
        public let before: String
        /// The text after the token, which the neuron had not seen.
        public let after: String
        /// The number of the story among those that were read.
        public let story: Int
    }

    /// The layer, counted from 0.
    public let layer: Int
    /// The number in the layer, counted from 0.
    public let index: Int
    /// The strongest activations, strongest first.
    public let activations: [Activation]
}

/// The neurons of a layer, by their numbers.
public struct Neurons: RandomAccessCollection, Sendable {
    private let neurons: [Neuron]

    init(_ neurons: [Neuron]) { self.neurons = neurons }

    public var startIndex: Int { 0 }
    public var endIndex: Int { neurons.count }
    public subscript(index: Int) -> Neuron {
        require(
            neurons.indices.contains(index), "neurons: number \(index) - this layer's neurons are 0..<\(neurons.count)")
        return neurons[index]
    }
}

extension Neurons: CustomStringConvertible {
    /// How many there are, and how one of them is shown.
    public var description: String {
        guard let first else { return "no neurons" }
        return
            "\(count) neurons of layer \(first.layer); by its number, as in neurons[\(count / 2)], one shows what excites it"
    }
}

/// What counts as a neuron's activation.
public enum NeuronReading: Hashable, Sendable {
    /// The value after the activation function, and the gate where there is one: what the neuron passes on.
    case activation
    /// The block's input times the neuron's weights (of a gated layer, the gate's), without attention, normalisation and
    /// activation function: the report on story models.
    case blockInput
}

extension LanguageModel {
    /// The tokens at which each neuron of a layer is most active, over stories.
    ///
    /// - Parameters:
    ///   - layer: counted from 0.
    ///   - top: how many tokens are kept for each neuron.
    ///   - reading: what counts as activation.
    public func neurons(
        layer: Int, over stories: some Sequence<Story>, top: Int = 5, reading: NeuronReading = .activation
    ) -> Neurons {
        let anatomy = transformer(for: "neurons").anatomy
        let layers = anatomy.blocks.indices
        require(layers.contains(layer), "neurons: layer \(layer) - this model's layers are \(layers)")
        require(top > 0, "neurons: the top \(top) tokens - at least one is kept")
        guard let tokenizer else { stopCell("neurons: the model has no tokenizer - train it, or set model.tokenizer") }
        var strongest = Strongest(neurons: anatomy.blocks[layer].feedForward.neurons, top: top)
        var texts: [[Int32]] = []
        for story in stories {
            Interruption.check()
            // What the model expects before a text is no token of it.
            let (opening, words) = opened(tokenizer.encode(story.text))
            let ids = Array(words.prefix(context - opening.count))
            guard !ids.isEmpty else { continue }
            let activations = withoutGradients {
                anatomy.activations(of: opening + ids, layer: layer, reading)[opening.count..<opening.count + ids.count]
            }
            strongest.add(activations, story: texts.count)
            texts.append(ids)
        }
        return Neurons(
            strongest.places.enumerated().map { index, places in
                let activations = places.map { place in
                    let ids = texts[place.story]
                    return Neuron.Activation(
                        value: place.value, token: tokenizer.label(of: ids[place.token]),
                        before: tokenizer.decode(Array(ids[max(0, place.token - 12)..<place.token])),
                        after: tokenizer.decode(Array(ids[(place.token + 1)..<min(ids.count, place.token + 7)])),
                        story: place.story)
                }
                return Neuron(layer: layer, index: index, activations: activations)
            })
    }
}

extension TransformerAnatomy {
    /// The neurons of a layer while the model reads a text.  // [length, neurons]
    fileprivate func activations(of ids: [Int32], layer: Int, _ reading: NeuronReading) -> Tensor {
        switch reading {
        case .activation:
            var found = Tensor(zeros: [1])
            _ = stream(ids, rows: 1, before: layer + 1) { site, value in
                if site == .neurons(layer: layer) { found = value }
                return value
            }
            return found[0]
        case .blockInput:
            return blocks[layer].feedForward.preactivation(stream(ids, rows: 1, before: layer) { $1 })[0]
        }
    }
}

/// The strongest activations of each neuron, kept in order while texts go by.
private struct Strongest {
    struct Place {
        let value: Float
        let story: Int
        let token: Int
    }

    private(set) var places: [[Place]]
    /// What a new activation of a neuron has to pass.
    private var bars: [Float]
    private let top: Int

    init(neurons: Int, top: Int) {
        places = Array(repeating: [], count: neurons)
        bars = Array(repeating: -.infinity, count: neurons)
        self.top = top
    }

    mutating func add(_ activations: Tensor, story: Int) {
        let width = places.count
        activations.withElements { values in
            for token in 0..<activations.shape[0] {
                for neuron in 0..<width where values[token * width + neuron] > bars[neuron] {
                    let place = Place(value: values[token * width + neuron], story: story, token: token)
                    let rank = places[neuron].firstIndex { $0.value < place.value } ?? places[neuron].count
                    places[neuron].insert(place, at: rank)
                    if places[neuron].count > top { places[neuron].removeLast() }
                    if places[neuron].count == top { bars[neuron] = places[neuron][top - 1].value }
                }
            }
        }
    }
}

extension Neuron: Displayable, CustomStringConvertible {
    public var description: String {
        let lines = activations.map { "\(rounded($0.value))  \($0.before)[\($0.token)]\($0.after)" }
        return (["neuron \(layer).\(index)"] + lines).joined(separator: "\n").replacing("\n\n", with: "\n")
    }

    /// A table: how active the neuron was, and the token in its text, the more coloured the more active.
    public var mimeBundle: MIMEBundle {
        let greatest = max(activations.first?.value ?? 0, .leastNormalMagnitude)
        let rows = activations.map { activation in
            let share = min(max(activation.value / greatest, 0), 1)
            let color = "rgba(234,106,42,\(rounded(0.15 + 0.6 * share)))"
            return
                "<tr><td>\(rounded(activation.value))</td><td style=\"text-align:left\">…\(HTML.escaped(activation.before))"
                + "<span style=\"background:\(color);border-radius:3px\"><b>\(HTML.escaped(activation.token))</b></span>"
                + "\(HTML.escaped(activation.after))…</td></tr>"
        }
        return MIMEBundle([
            "text/html": "<table><caption>neuron \(layer).\(index)</caption><tbody>\(rows.joined())</tbody></table>",
            "text/plain": description,
        ])
    }

    private func rounded(_ value: Float) -> String {
        let hundredths = Int((min(max(value, -1e6), 1e6) * 100).rounded())
        let fraction = String(abs(hundredths) % 100)
        return (hundredths < 0 ? "-" : "") + "\(abs(hundredths) / 100)." + (fraction.count == 1 ? "0" : "") + fraction
    }
}
