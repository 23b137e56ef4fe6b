import FoundationEssentials
import Glibc

extension CellCompiler {
    /// A text as the toolchain's swift-format writes it, or why it cannot, with `In[]` for the cell.
    package func format(_ text: String) -> (text: String?, complaint: String?) {
        let file = "\(folder)/format.\(getpid()).swift"
        defer { unlink(file) }
        guard (try? text.write(toFile: file, atomically: false, encoding: .utf8)) != nil else {
            return (nil, "\(file) cannot be written")
        }
        let result = Subprocess().run(
            toolchain.formatter,
            [
                "format", "--in-place", "--configuration",
                #"{"version": 1, "lineLength": 120, "indentation": {"spaces": 4}}"#, file,
            ])
        guard result.status == 0, let formatted = try? String(contentsOfFile: file, encoding: .utf8) else {
            let errors = result.output.split(separator: "\n").filter { $0.contains(": error: ") }
            let lines = errors.isEmpty ? result.output.split(separator: "\n").prefix(3) : errors.prefix(10)
            return (nil, lines.joined(separator: "\n").replacing(file, with: "In[]"))
        }
        return (formatted.hasSuffix("\n") ? String(formatted.dropLast()) : formatted, nil)
    }
}
