import FoundationEssentials
import Glibc

/// A frontend that waits for a cell's text. It has started and read the modules that every cell sees, which takes longer
/// than compiling a short text.
///
/// It is told to import, before it looks at the text, a module whose file is a pipe: there it waits. The text's file has
/// its size from the beginning and is mapped into memory, so that what is written there meanwhile is what it compiles.
struct ReadyFrontend: Sendable {
    /// What it waits for.
    struct Gate {
        /// The module's name.
        static let name = "CellGate"
        /// The file of the module.
        let module: String
        /// A folder in which the module's file is the descriptor 3 of whoever looks.
        let folder: String
        /// Another name of the folder where cells come to be: a frontend remembers which files it has found by a name.
        let cells: String
        /// Where the modules under all cells are.
        let store: String

        /// A gate whose files are in a folder of the one where cells come to be.
        init(in store: String) {
            self.store = store
            module = "\(store)/\(Self.name).swiftmodule"
            folder = "\(store)/gate"
            cells = "\(store)/cells"
            for path in [store, folder] { mkdir(path, 0o700) }
            symlink("..", cells)
            symlink("/dev/fd/3", "\(folder)/\(Self.name).swiftmodule")
        }
    }

    /// The bytes of the text's file. From 16 kB on files are mapped, unless they end where a page does.
    private static let size = (64 << 10) + 1
    /// What stands in each line of the file before the text does: no program.
    private static let placeholder = String(repeating: "]", count: 63)

    /// The module that it makes.
    let module: String
    let scratch: Scratch
    /// What it was told that may be different for the next cell.
    let flags: [String]
    /// The last cell that it has read.
    let past: String
    private let child: Subprocess.Child
    private let pipe: Pipe
    private let opening: [UInt8]

    /// Starts a frontend; nil where that is not possible.
    ///
    /// - Parameters:
    ///   - cell: the last cell that has been compiled. It reads this one and those before, then it waits.
    ///   - flags: what it is told that may be different for the next cell.
    ///   - arguments: the rest, and `common` what it is told last.
    init?(
        _ program: String, for module: String, in scratch: Scratch, after cell: String, flags: [String], gate: Gate,
        arguments: [String], common: [String]
    ) {
        guard let opening = FileManager.default.contents(atPath: gate.module), let pipe = Pipe() else { return nil }
        self.module = module
        self.scratch = scratch
        self.flags = flags
        past = CellPast.copy(reading: cell, from: gate.store, to: scratch.past) ? cell : CellCompiler.root
        self.pipe = pipe
        self.opening = Array(opening)
        let line = Array("\(Self.placeholder)\n".utf8)
        let file = (0..<Self.size).map { line[$0 % line.count] }
        // The module that is named last is read first.
        let first = past == CellCompiler.root ? CellPast.none : CellPast.name
        let imports =
            [gate.folder, scratch.folder, gate.cells].flatMap { ["-I", $0] }
            + ["-import-module", Gate.name, "-import-module", first]
        do {
            try Data(file).write(to: URL(filePath: scratch["swift"]))
            child = try Subprocess.start(
                program, arguments + imports + common, passing: pipe.reading)
        } catch {
            for end in [pipe.reading, pipe.writing] { close(end) }
            return nil
        }
    }

    /// Compiles a text; nil where that has to be done by another one.
    func compile(_ source: String, process: Subprocess) -> Subprocess.Result? {
        let isWritten = write(source)
        if isWritten { _ = Glibc.write(pipe.writing, opening, opening.count) }
        for end in [pipe.reading, pipe.writing] { close(end) }
        guard isWritten else {
            Subprocess.abandon(child)
            return nil
        }
        let result = process.follow(child, toMake: scratch.products)
        if process.wasCancelled { return result }
        if result.status == 0 { return CellPast.forget(in: scratch["swiftmodule"]) ? result : nil }
        let isAboutTheText =
            result.output.contains(" error: ") && !result.output.contains(Self.placeholder)
            && !result.output.contains("<unknown>:0: error: ")
        return isAboutTheText ? result : nil
    }

    /// Writes a text, its first line apart from the others: they end where the file does, and the lines between change
    /// nothing, since the text says itself where the cell begins.
    ///
    /// Nor do they take time there: the compiler reads anew up to a file's first word whenever it looks at a place in it.
    private func write(_ source: String) -> Bool {
        let room = Self.size - source.utf8.count
        let file = open(scratch["swift"], O_WRONLY | O_CLOEXEC)
        guard room >= 0, file >= 0 else { return false }
        defer { close(file) }
        var bytes = Array(source.utf8)
        let firstLine = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
        bytes.insert(contentsOf: repeatElement(UInt8(ascii: "\n"), count: room), at: firstLine)
        return pwrite(file, bytes, bytes.count, 0) == bytes.count
    }

    /// Ends it, for which there is no text.
    func abandon() {
        for end in [pipe.reading, pipe.writing] { close(end) }
        Subprocess.abandon(child)
        scratch.clear()
    }
}
