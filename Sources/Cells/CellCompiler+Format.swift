import FoundationEssentials
import Glibc

extension CellCompiler {
    /// A text as the toolchain's swift-format writes it, or why it cannot.
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
            return (nil, result.output)
        }
        return (formatted.hasSuffix("\n") ? String(formatted.dropLast()) : formatted, nil)
    }
}
