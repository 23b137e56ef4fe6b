import FoundationEssentials
import Tensors

extension Layer {
    /// The layer's parts, one a line, with the shapes of their weights; equal neighbours in an array stand together.
    public var description: String { Outline(self).text(named: nil, indent: "").joined(separator: "\n") }
}

/// A layer as a person reads it: its weights and settings in a line, the layers within it below.
private struct Outline {
    /// A layer with its weights and settings: `LayerNorm: gain [128], bias [128], epsilon 1e-05`.
    let line: String
    let parts: [(name: String, outline: Outline)]

    init(_ layer: any Layer) {
        var items: [String] = []
        var parts: [(name: String, outline: Outline)] = []
        for (label, value) in Mirror(reflecting: layer).children {
            let name = label ?? ""
            switch value {
            case let parameter as Parameter: items.append("\(name) \(parameter.shape)")
            case let part as any Layer: parts.append((name, Outline(part)))
            case let parameters as [Parameter]:
                items += parameters.enumerated().map { "\(name)[\($0)] \($1.shape)" }
            case let layers as [any Layer]: parts += Self.runs(of: layers, named: name)
            case let layers as [String: any Layer]:
                parts += layers.sorted { $0.key < $1.key }.map { ("\(name)[\"\($0.key)\"]", Outline($0.value)) }
            default: Self.text(of: value).map { items.append("\(name) \($0)") }
            }
        }
        let type = "\(Swift.type(of: layer))"
        let count = parts.isEmpty ? [] : ["\(layer.parameterCount.formatted()) weights"]
        let details = (count + items).joined(separator: ", ")
        line = details.isEmpty ? type : "\(type): \(details)"
        self.parts = parts
    }

    /// Layers of an array: those that look alike stand once, with their number.
    private static func runs(of layers: [any Layer], named name: String) -> [(name: String, outline: Outline)] {
        var runs: [(first: Int, outline: Outline, lines: [String])] = []
        for (index, layer) in layers.enumerated() {
            let outline = Outline(layer)
            let lines = outline.text(named: nil, indent: "")
            if runs.last?.lines != lines { runs.append((index, outline, lines)) }
        }
        return runs.enumerated().map { place, run in
            let end = place + 1 < runs.count ? runs[place + 1].first : layers.count
            return (run.first == end - 1 ? "\(name)[\(run.first)]" : "\(name)[\(run.first)..<\(end)]", run.outline)
        }
    }

    /// A setting; nil where it says nothing to a person.
    private static func text(of value: Any) -> String? {
        let isPlain = value is any CustomStringConvertible && !(value is any Collection)
        return isPlain || value is String || Mirror(reflecting: value).displayStyle == .enum ? "\(value)" : nil
    }

    func text(named name: String?, indent: String) -> [String] {
        [indent + (name.map { $0 + ": " } ?? "") + line]
            + parts.flatMap { $0.outline.text(named: $0.name, indent: indent + "    ") }
    }
}
