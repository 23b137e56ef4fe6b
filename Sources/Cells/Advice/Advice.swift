/// What a person may have meant by a text that the compiler rejected: one sentence below its message.
///
/// Most who write their first Swift cells come from another language, so what is looked for first is that language's way of
/// saying it.
package enum Advice {
    /// A sentence about the first message; nil where the compiler has said enough.
    ///
    /// - Parameters:
    ///   - lines: the cell, a line each.
    ///   - names: what earlier cells defined.
    package static func sentence(
        about message: CompilerMessage, lines: [Substring], names: some Sequence<String>
    ) -> String? {
        let place = (message.line ?? 0) - 1
        // What should have stood at the end of a line may be missed at the beginning of the next one.
        let isMissed = message.text.hasPrefix("expected '{'")
        for index in isMissed ? [place - 1, place] : [place] where lines.indices.contains(index) {
            let line = bare(lines[index])
            if let phrase = ForeignPhrase.all.first(where: { $0.isMeant(by: message.text, in: line) }) {
                return "Swift writes \(phrase.swift)."
            }
        }
        guard let name = unknownName(in: message.text) else { return nil }
        if message.text.hasPrefix("no such module") {
            if let near = Spelling.nearest(to: name, among: modules) { return "Did you mean '\(near)'?" }
            return "'%package' adds Swift packages, and 'import Martlet' has tensors, plots and models;"
                + " packages of Python are not to be had here."
        }
        if let swift = ForeignPhrase.names[name] { return "Swift writes \(swift)." }
        if lines.indices.contains(place), let assigned = lines[place].firstMatch(of: #/^\s*(\w+)\s*=[^=]/#)?.1,
            assigned == name
        {
            return "Swift writes 'let \(name) = …' the first time, or 'var \(name) = …' for what changes."
        }
        // A name that the line itself introduces is not what it asks for.
        let introduced =
            lines.indices.contains(place) ? lines[place].firstMatch(of: #/\b(?:let|var|func)\s+(\w+)/#)?.1 : nil
        let known = lines.flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init) }
        if let near = Spelling.nearest(
            to: name, among: (Array(names) + known + common).filter { $0 != introduced ?? "" })
        {
            return "Did you mean '\(near)'?"
        }
        let isValue = lines.indices.contains(place) && lines[place].hasSuffix("= \(name)")
        return isValue ? "If it is a text, Swift writes '\"\(name)\"'." : nil
    }

    /// A line with empty strings and without its comment.
    private static func bare(_ line: Substring) -> String {
        String(line).replacing(#/"[^"]*"/#, with: "\"\"").replacing(#/\/\/.*/#, with: "")
    }

    /// Modules that a cell can import at once.
    private static let modules = [
        "Foundation", "FoundationNetworking", "FoundationXML", "Glibc", "Dispatch", "Synchronization", "RegexBuilder",
        "Observation", "Martlet", "Tensors", "Plots", "Networks", "Training", "Stories", "Evaluation",
        "Interpretability", "Notebook",
    ]

    /// Names that are written often, for those that are written wrongly.
    private static let common = [
        "print", "readLine", "zip", "stride", "sequence", "String", "Double", "Float", "Array", "Dictionary",
        "count", "append", "isEmpty", "contains", "filter", "reduce", "sorted", "reversed", "enumerated", "joined",
        "prefix", "suffix", "shuffled", "uppercased", "lowercased", "elements", "shape", "reshaped", "transposed",
        "Tensor", "Parameter", "Layer", "Linear", "Embedding", "LayerNorm", "softmax", "matmul", "einsum",
        "crossEntropy", "backward", "gradient", "Plot", "Line", "Dots", "Bars", "Histogram", "HeatMap", "LineChart",
        "Grid", "Corpus", "GPT", "Llama", "AdamW",
    ]

    private static func unknownName(in message: String) -> String? {
        for pattern in [
            #/^cannot find (?:type )?'([^']+)' in scope/#, #/has no member '([^']+)'/#, #/^no such module '([^']+)'/#,
        ] {
            if let match = message.firstMatch(of: pattern) { return String(match.1) }
        }
        return nil
    }
}
