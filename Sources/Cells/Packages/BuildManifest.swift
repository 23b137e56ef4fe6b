import FoundationEssentials

/// The commands by which SwiftPM builds a package, as it writes them down for its build engine.
struct BuildManifest {
    private let commands: [Substring: [String]]

    /// Reads the `release.yaml` of a scratch folder; nil where there is none.
    init?(file: String) {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        var commands: [Substring: [String]] = [:]
        var name: Substring = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  \""), line.hasSuffix("\":") { name = line.dropFirst(3).dropLast(2) }
            guard line.hasPrefix("    args: ["),
                let words = try? JSONDecoder().decode([String].self, from: Data(line.dropFirst(10).utf8))
            else { continue }
            commands[name] = words
        }
        self.commands = commands
    }

    /// What a compiler is told about the modules that a target imports: folders, maps of C modules, macros.
    func importFlags(of target: String) -> [String] {
        let noise: Set = ["-fPIC", "-g", "-fno-omit-frame-pointer"]
        var flags: [String] = []
        var words = (commands.first { $0.key.hasPrefix("C.\(target)-") && $0.key.hasSuffix(".module") }?.value ?? [])[
            ...]
        while let word = words.popFirst() {
            switch word {
            case "-I", "-F": if let folder = words.popFirst() { flags += [word, folder] }
            case "-Xcc": if let flag = words.popFirst(), !noise.contains(flag) { flags += [word, flag] }
            case "-Xfrontend":
                if words.first == "-load-plugin-executable", words.count > 2 {
                    flags += ["-load-plugin-executable", words[words.startIndex + 2]]
                    words = words.dropFirst(3)
                }
            case "-load-plugin-executable": if let program = words.popFirst() { flags += [word, program] }
            default: if word.hasPrefix("-I") { flags.append(word) }
            }
        }
        return flags
    }

    /// What the linker is told beside the objects: other libraries, and where they are.
    func linkFlags(of target: String) -> [String] {
        let noise: Set = ["--gc-sections"]
        var flags: [String] = []
        var words = (commands.first { $0.key.hasPrefix("C.\(target)-") && $0.key.hasSuffix(".dylib") }?.value ?? [])[
            ...]
        while let word = words.popFirst() {
            switch word {
            case "-L": if let folder = words.popFirst() { flags += [word, folder] }
            case "-Xlinker": if let flag = words.popFirst(), !noise.contains(flag) { flags += [word, flag] }
            default: if word.hasPrefix("-l") || word.hasPrefix("-L") { flags.append(word) }
            }
        }
        return flags
    }
}
