import CSodium
import FoundationEssentials
import Glibc
import Synchronization

/// The files of one compilation. No other writes to them, in this process or another, so that a file which gets its
/// name is whole: a cell may be compiled twice at once, ahead of its turn and in it.
private struct Scratch {
    private static let count = Atomic<Int>(0)
    private let base: String

    init(for module: String, in folder: String) {
        base = "\(folder)/\(module).\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
    }

    subscript(kind: String) -> String { "\(base).\(kind)" }

    /// Removes what has got no name of its own.
    func clear() {
        for kind in ["swift", "swiftmodule", "swiftdoc", "o", "so"] { unlink(self[kind]) }
    }
}

/// Turns the text of a cell into a module and a library.
///
/// Each cell is a module of its own that re-exports the one before it, so that a later declaration shadows an earlier
/// one. Module names are digests of the text and of what it sees: the same cell in the same place is compiled once, in
/// this session or in an earlier one.
package final class CellCompiler: Sendable {
    package let installation: Installation
    package let toolchain: Toolchain
    /// Where compiled cells are kept.
    package var folder: String { store.path }
    let store: CacheFolder
    /// Cells are not removed while one is looked for.
    let looking = Mutex<Void>(())
    let started = time(nil)
    /// The packages that cells can import from, in the order in which they were added.
    package let packages = Mutex<[AddedPackage]>([])

    /// The module under all cells: what every cell sees without an import.
    package static let root = "CellRoot"

    /// The seconds of processor time after which an expression is too hard for the type checker, which else goes on for
    /// ten minutes.
    static let patience = 20

    /// Opens the store of compiled cells for this installation and toolchain.
    package init(installation: Installation, toolchain: Toolchain, cache: String) throws(CompilationFailure) {
        self.installation = installation
        self.toolchain = toolchain
        let identity = Digest.of([toolchain.root] + Self.fingerprints([toolchain.frontend, installation.worker]))
        do {
            store = try CacheFolder("\(cache)/cells-\(identity)")
            // Another build in the place of this one has no use for these cells.
            try builder.write(toFile: "\(store.path)/worker", atomically: true, encoding: .utf8)
        } catch {
            throw .broken("Cells cannot be kept in \(cache): \(error)")
        }
    }

    /// Whose cells these are, whatever its build.
    package var builder: String { "\(installation.worker)\n\(toolchain.root)\n" }

    private static func fingerprints(_ files: [String]) -> [String] {
        files.map { file in
            var status = stat()
            guard stat(file, &status) == 0 else { return "\(file) missing" }
            return "\(file) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
    }

    /// The name of the module that a text becomes.
    private func module(of text: String, _ syntax: CellSyntax, after view: ModuleView, optimized: Bool) -> String {
        // A package counts for the cells that import from it, and through them for those that see them.
        let imported = packages.withLock { packages in
            packages.filter { $0.contents.contains { syntax.imports.contains($0) } || text.contains("canImport") }
        }
        return "Cell_" + Digest.of([text, view.identity, optimized ? "O" : "Onone"] + imported.flatMap(\.flags))
    }

    /// Compiles the module under all cells, where that has not been done.
    package func compileRoot() throws(CompilationFailure) {
        // The standard library is named so that a cell finds it behind the names of other cells, too.
        let source = """
            @_exported import Swift
            @_exported import Martlet
            @_exported import CellRuntime
            """
        guard access("\(folder)/\(Self.root).swiftmodule", F_OK) != 0 else { return }
        let scratch = Scratch(for: Self.root, in: folder)
        defer { scratch.clear() }
        let result = emit(
            source, module: Self.root, into: scratch, flags: ["-parse-as-library", "-Onone"], process: Subprocess())
        guard result.status == 0 else { throw .broken(result.output) }
    }

    /// Compiles a cell, or finds it where it was compiled before.
    package func compile(
        _ text: String, after view: ModuleView, optimized: Bool = false, process: Subprocess = Subprocess()
    ) throws(CompilationFailure) -> CompiledCell {
        let syntax = CellSyntax(text, after: view.nearest)
        if let refusal = syntax.refusal { throw .rejected([refusal], syntax: syntax) }
        let module = module(of: text, syntax, after: view, optimized: optimized)
        let cell = CompiledCell(module: module, syntax: syntax, isOptimized: optimized, folder: folder)
        let isThere = looking.withLock { _ in
            ["so", "swiftmodule"].allSatisfy { utimensat(AT_FDCWD, "\(folder)/\(module).\($0)", nil, 0) == 0 }
        }
        if isThere { return cell }
        let scratch = Scratch(for: module, in: folder)
        defer { scratch.clear() }
        func attempt(_ syntax: CellSyntax) -> Subprocess.Result {
            emit(
                source(of: syntax, module: module, after: view), module: module, into: scratch,
                flags: [optimized ? "-O" : "-Onone", "-entry-point-function-name", cell.entry] + search(view),
                process: process)
        }
        var result = attempt(syntax)
        if result.status != 0, CompilerMessage.isAboutShowing(result.output) {
            result = attempt(CellSyntax(text, after: view.nearest, lastExpression: .named))
        }
        if process.wasCancelled { throw .cancelled }
        guard result.status == 0 else {
            let messages = CompilerMessage.parse(result.output, file: module, text: syntax.text)
            guard messages.contains(where: { $0.severity == .error }) else { throw .broken(result.output) }
            throw .rejected(messages, syntax: syntax)
        }
        let linked = link(cell, from: scratch, process: process)
        if process.wasCancelled { throw .cancelled }
        guard linked.status == 0 else { throw .broken(linked.output) }
        return cell
    }

    /// The view after a cell that stopped before one of its statements: later cells see what came before it.
    package func view(
        after cell: CompiledCell, cutBefore statement: Int, of view: ModuleView
    ) throws(CompilationFailure) -> ModuleView {
        guard let syntax = cell.syntax.cut(before: statement), syntax.declares else { return view }
        let revision = try revise(cell, as: syntax, named: "until\(statement)", seeing: view)
        return ModuleView(imports: [cell.module], revisions: view.revisions + [revision])
    }

    /// A folder in which a cell's module says less than the cell did, for the eyes of later cells.
    package func revise(
        _ cell: CompiledCell, as syntax: CellSyntax, named name: String, seeing view: ModuleView
    ) throws(CompilationFailure) -> String {
        let revision = "\(folder)/\(cell.module)-\(name)"
        if access("\(revision)/\(cell.module).swiftmodule", F_OK) == 0 { return revision }
        try? FileManager.default.createDirectory(atPath: revision, withIntermediateDirectories: true)
        let file = "\(revision)/\(cell.module).swift"
        try? source(of: syntax, module: cell.module, after: view).write(
            toFile: file, atomically: false, encoding: .utf8)
        let process = Subprocess().run(
            toolchain.frontend,
            [
                "-frontend", "-emit-module", file, "-module-name", cell.module, "-o",
                "\(revision)/\(cell.module).swiftmodule", "-experimental-skip-all-function-bodies", "-Onone",
            ] + search(view) + commonFlags)
        guard process.status == 0 else { throw .broken(process.output) }
        return revision
    }

    private func source(of syntax: CellSyntax, module: String, after view: ModuleView) -> String {
        "\(view.prelude)#sourceLocation(file: \"\(module)\", line: 1)\n\(syntax.text.edited)\n"
    }

    private func search(_ view: ModuleView) -> [String] { view.revisions.reversed().flatMap { ["-I", $0] } }

    /// Writes the source and runs the frontend; the module's files get their names when they are whole.
    private func emit(
        _ source: String, module: String, into scratch: Scratch, flags: [String], process: Subprocess
    ) -> Subprocess.Result {
        do {
            try source.write(toFile: scratch["swift"], atomically: false, encoding: .utf8)
        } catch {
            return Subprocess.Result(status: 1, output: "\(scratch["swift"]) cannot be written: \(error)")
        }
        let result = process.run(
            toolchain.frontend,
            [
                "-frontend", "-c", "-primary-file", scratch["swift"], "-module-name", module,
                "-emit-module", "-emit-module-path", scratch["swiftmodule"],
                "-emit-module-doc", "-emit-module-doc-path", scratch["swiftdoc"],
                "-o", scratch["o"],
            ] + flags + commonFlags)
        if result.status == 0 {
            for kind in ["swiftmodule", "swiftdoc"] { _ = rename(scratch[kind], "\(folder)/\(module).\(kind)") }
        }
        return result
    }

    /// What a text sees, for completing and inspecting it.
    package func surroundings(after view: ModuleView, cells: [Surroundings.EarlierCell]) -> Surroundings {
        Surroundings(
            prelude: view.prelude, cells: cells,
            searchPaths: view.revisions.reversed() + [folder, installation.modules],
            moduleMaps: installation.moduleMaps, moduleCache: "\(folder)/clang", plugins: toolchain.plugins,
            packageFlags: packageFlags)
    }

    /// What every invocation of the frontend is given.
    package var commonFlags: [String] {
        [
            "-target", Toolchain.target, "-disable-objc-interop", "-swift-version", "5", "-gline-tables-only",
            "-enable-bare-slash-regex", "-solver-expression-time-threshold=\(Self.patience)",
            "-enable-testing", "-disable-access-control", "-enable-private-imports", "-enforce-exclusivity=unchecked",
            "-suppress-warnings", "-diagnostic-style", "llvm", "-no-color-diagnostics", "-empty-abi-descriptor",
            "-module-cache-path", "\(folder)/clang", "-I", folder, "-I", installation.modules,
            "-in-process-plugin-server-path", toolchain.pluginServer, "-plugin-path", toolchain.plugins,
        ] + installation.moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] } + packageFlags
    }

    private var packageFlags: [String] { packages.withLock { $0.flatMap(\.flags) } }

    private func link(_ cell: CompiledCell, from scratch: Scratch, process: Subprocess) -> Subprocess.Result {
        let libraries = cell.syntax.imports.compactMap { name in
            let places: [String] = ["\(toolchain.runtime)/lib\(name).so", "\(toolchain.runtime)/libswift\(name).so"]
            return places.first { FileManager.default.fileExists(atPath: $0) }
        }
        let result = process.run(
            toolchain.linker,
            [
                "-shared", "--eh-frame-hdr", "--hash-style=gnu", "-z", "nodelete", "--wrap=exit",
                "--wrap=swift_errorInMain", "-rpath", toolchain.runtime, "-o", scratch["so"], scratch["o"],
                toolchain.startup,
            ] + libraries)
        if result.status == 0 { _ = rename(scratch["so"], cell.library) }
        return result
    }
}

/// Short names for long texts.
enum Digest {
    /// Sixteen hexadecimal digits of the BLAKE2b digest of some texts.
    static func of(_ texts: [String]) -> String {
        var input: [UInt8] = []
        for text in texts {
            input += text.utf8
            input.append(0)
        }
        var digest = [UInt8](repeating: 0, count: 16)
        crypto_generichash(&digest, digest.count, input, UInt64(input.count), nil, 0)
        return digest.prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
