import CSodium
import Dispatch
import FoundationEssentials
import Glibc
import Synchronization

/// Turns the text of a cell into a module and a library.
///
/// Each cell is a module of its own that re-exports the one before it, so that a later declaration shadows an earlier
/// one. A digest of the text and of what it sees leads to its module: the same cell in the same place is compiled once,
/// in this session or in an earlier one.
package final class CellCompiler: Sendable {
    package let installation: Installation
    package let toolchain: Toolchain
    /// Where compiled cells are kept.
    package var folder: String { store.path }
    let store: CacheFolder
    /// Where the modules under all cells are.
    private var foundation: String { "\(folder)/root" }
    /// Cells are not removed while one is looked for.
    let looking = Mutex<Void>(())
    let started = time(nil)
    /// The packages that cells can import from, in the order in which they were added.
    package let packages = Mutex<[AddedPackage]>([])

    /// The module under all cells: what every cell sees without an import.
    package static let root = "CellRoot"

    /// The frontend that waits for the next cell.
    private enum Readiness {
        case none, ready(ReadyFrontend), ended
    }
    private let readiness = Mutex(Readiness.none)
    private let gate: ReadyFrontend.Gate
    /// How long it waits. It keeps some 100 MB of memory.
    private let longestWait: DispatchTimeInterval

    /// The seconds of processor time after which an expression is too hard for the type checker, which else goes on for
    /// ten minutes.
    static let patience = 20

    /// Opens the store of compiled cells for this installation and toolchain.
    ///
    /// - Parameter longestWait: how long a frontend waits for a cell. The first cell after that is compiled by a new one.
    package init(
        installation: Installation, toolchain: Toolchain, cache: String,
        longestWait: DispatchTimeInterval = .seconds(600)
    ) throws(CompilationFailure) {
        self.installation = installation
        self.toolchain = toolchain
        self.longestWait = longestWait
        // The program that runs writes what of a cell is compiled.
        let makers = [toolchain.frontend, installation.worker, "/proc/self/exe"]
        let identity = Digest.of([toolchain.root] + Self.fingerprints(makers))
        do {
            store = try CacheFolder("\(cache)/cells-\(identity)")
            // Another build in the place of this one has no use for these cells.
            gate = ReadyFrontend.Gate(in: "\(store.path)/root")
            try builder.write(toFile: "\(store.path)/worker", atomically: true, encoding: .utf8)
        } catch {
            throw .broken("Compiled cells cannot be kept in \(cache): it cannot be written to, or is full.")
        }
    }

    deinit { end() }

    /// Whose cells these are, whatever its build.
    package var builder: String { "\(installation.worker)\n\(toolchain.root)\n" }

    private static func fingerprints(_ files: [String]) -> [String] {
        files.map { file in
            var status = stat()
            guard stat(file, &status) == 0 else { return "\(file) missing" }
            return "\(file) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        }
    }

    /// A name that no module has yet.
    private static func freshName() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return "Cell_" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The link that leads from a text and what it sees to its module.
    private func link(
        of text: String, _ syntax: CellSyntax, after view: ModuleView, optimized: Bool, isOnMainActor: Bool
    ) -> String {
        // A package counts for the cells that import from it, and through them for those that see them.
        let imported = packages.withLock { packages in
            packages.filter { $0.contents.contains { syntax.imports.contains($0) } || text.contains("canImport") }
        }
        let way = (optimized ? "O" : "Onone") + (isOnMainActor ? " on the main actor" : "")
        let digest = Digest.of([text, view.identity, way] + imported.flatMap(\.flags))
        return "\(folder)/\(Self.links)\(digest)"
    }

    /// How the names of such links begin.
    static let links = "Text_"

    /// The module to which a link leads, where its files are there.
    func module(at link: String) -> String? {
        guard let module = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else { return nil }
        let isThere = looking.withLock { _ in
            ["so", "swiftmodule"].map { "\(folder)/\(module).\($0)" }.allSatisfy {
                Self.isWhole($0) && utimensat(AT_FDCWD, $0, nil, 0) == 0
            }
        }
        return isThere ? module : nil
    }

    /// Whether a file is there; one that the machine had not yet written when it lost its power is empty.
    private static func isWhole(_ file: String) -> Bool {
        var status = stat()
        return stat(file, &status) == 0 && status.st_size > 0
    }

    /// Compiles the modules under all cells, where that has not been done.
    package func compileRoot() throws(CompilationFailure) {
        // The standard library is named so that a cell finds it behind the names of other cells, too.
        let root = """
            @_exported import Swift
            @_exported import Martlet
            @_exported import CellRuntime
            """
        // Who has read the gate looks for modules where those of cells come to be, and only then: a frontend remembers
        // which files it has found in a folder.
        let opening = ["-serialize-debugging-options", "-I", folder]
        let modules: [(name: String, source: String, flags: [String])] = [
            (Self.root, root, []), (CellPast.none, "import \(Self.root)", []), (CellPast.nobody, "", []),
            (CellPast.name, CellPast.source, []), (ReadyFrontend.Gate.name, "", opening),
        ]
        for module in modules where !Self.isWhole("\(foundation)/\(module.name).swiftmodule") {
            let scratch = Scratch(for: module.name, in: folder)
            defer { scratch.clear() }
            let result = emit(
                module.source, module: module.name, into: scratch,
                flags: ["-parse-as-library", "-Onone"] + module.flags, process: Subprocess())
            guard result.status == 0 else { throw .broken(result.output) }
            name(module.name, scratch, in: foundation)
        }
    }

    /// Compiles a cell, or finds it where it was compiled before.
    package func compile(
        _ text: String, after view: ModuleView, optimized: Bool = false, process: Subprocess = Subprocess()
    ) throws(CompilationFailure) -> CompiledCell {
        var syntax = CellSyntax(text, after: view.nearest)
        if let refusal = syntax.refusal { throw .rejected([refusal], syntax: syntax) }
        func cell(_ module: String) -> CompiledCell {
            CompiledCell(module: module, syntax: syntax, isOptimized: optimized, folder: folder)
        }
        func linkOfText(isOnMainActor: Bool) -> String {
            self.link(of: text, syntax, after: view, optimized: optimized, isOnMainActor: isOnMainActor)
        }
        var link = linkOfText(isOnMainActor: false)
        if let known = module(at: link) { return cell(known) }
        if let known = module(at: linkOfText(isOnMainActor: true)) {
            syntax = syntax.onMainActor
            return cell(known)
        }
        let frontend = optimized ? nil : takeReady(for: view)
        let module = frontend?.module ?? Self.freshName()
        let scratch = frontend?.scratch ?? Scratch(for: module, in: folder)
        defer { scratch.clear() }
        func attempt(_ syntax: CellSyntax, by frontend: ReadyFrontend? = nil) -> Subprocess.Result {
            let source = source(of: syntax, module: module, after: view)
            if let result = frontend?.compile(source, process: process) { return result }
            return emit(source, module: module, into: scratch, flags: flags(module, view, optimized), process: process)
        }
        var result = attempt(syntax, by: frontend)
        if result.status != 0, CompilerMessage.isAboutMainActor(result.output) {
            link = linkOfText(isOnMainActor: true)
            syntax = syntax.onMainActor
            result = attempt(syntax)
        }
        if result.status != 0, CompilerMessage.isAboutShowing(result.output) {
            result = attempt(CellSyntax(text, after: view.nearest, lastExpression: .named))
        }
        if process.wasCancelled { throw .cancelled }
        guard result.status == 0 else {
            guard Self.isWhole("\(foundation)/\(Self.root).swiftmodule") else {
                throw .broken("The compiled cells of this session were removed from \(folder): restart the kernel.")
            }
            if result.output.contains(String(cString: strerror(ENOSPC))) { throw .broken(result.output) }
            let messages = CompilerMessage.parse(result.output, file: module, text: syntax.text)
            guard messages.contains(where: { $0.severity == .error }) else { throw .broken(result.output) }
            throw .rejected(messages, syntax: syntax)
        }
        name(module, scratch, in: folder)
        let compiled = cell(module)
        let linked = self.link(compiled, from: scratch, process: process)
        if process.wasCancelled { throw .cancelled }
        guard linked.status == 0 else { throw .broken(linked.output) }
        // Whoever compiled the same cell meanwhile was first, unless it was removed since.
        while symlink(module, link) != 0, errno == EEXIST {
            if let first = self.module(at: link) { return cell(first) }
            unlink(link)
        }
        return compiled
    }

    private func flags(_ module: String, _ view: ModuleView, _ optimized: Bool = false) -> [String] {
        [optimized ? "-O" : "-Onone", "-entry-point-function-name", CompiledCell.entry(of: module)] + search(view)
    }

    // MARK: The next cell

    /// Has a frontend start that waits for the next cell, unless one does. Returns at once.
    package func makeReady(for view: ModuleView) {
        DispatchQueue.global().async { [self] in
            readiness.withLock { readiness in
                guard case .none = readiness else { return }
                let module = Self.freshName()
                let scratch = Scratch(for: module, in: folder)
                let frontend = ReadyFrontend(
                    toolchain.frontend, for: module, in: scratch, after: view.nearest,
                    flags: search(view) + packageFlags,
                    gate: gate, arguments: arguments(for: module, scratch) + flags(module, view), common: commonFlags)
                guard let frontend else { return scratch.clear() }
                readiness = .ready(frontend)
                DispatchQueue.global().asyncAfter(deadline: .now() + longestWait) { [weak self] in
                    self?.letGo(of: module)
                }
            }
        }
    }

    /// Ends the frontend that makes a module, if it still waits.
    private func letGo(of module: String) {
        let frontend = readiness.withLock { readiness -> ReadyFrontend? in
            guard case .ready(let frontend) = readiness, frontend.module == module else { return nil }
            readiness = .none
            return frontend
        }
        frontend?.abandon()
    }

    /// The frontend that waits, where it sees what a view shows; another one begins to wait for the cell after this one.
    private func takeReady(for view: ModuleView) -> ReadyFrontend? {
        let frontend = readiness.withLock { readiness -> ReadyFrontend? in
            guard case .ready(let frontend) = readiness else { return nil }
            readiness = .none
            return frontend
        }
        makeReady(for: view)
        guard let frontend else { return nil }
        if view.shows(frontend.past), frontend.flags == search(view) + packageFlags { return frontend }
        frontend.abandon()
        return nil
    }

    /// Ends the frontend that waits: there is no next cell.
    package func end() {
        let frontend = readiness.withLock { readiness -> ReadyFrontend? in
            defer { readiness = .ended }
            guard case .ready(let frontend) = readiness else { return nil }
            return frontend
        }
        frontend?.abandon()
    }

    /// The view after a cell that stopped before one of its statements: later cells see what came before it.
    package func view(
        after cell: CompiledCell, cutBefore statement: Int, of view: ModuleView
    ) throws(CompilationFailure) -> ModuleView {
        guard let syntax = cell.syntax.cut(before: statement), syntax.declares else { return view }
        let revision = try revise(cell, as: syntax, named: "until\(statement)", seeing: view)
        return ModuleView(imports: [cell.module], before: view.nearest, revisions: view.revisions + [revision])
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
                "-no-serialize-debugging-options",
            ] + search(view) + cells + commonFlags)
        guard process.status == 0 else { throw .broken(process.output) }
        return revision
    }

    private func source(of syntax: CellSyntax, module: String, after view: ModuleView) -> String {
        "\(view.prelude)#sourceLocation(file: \"\(module)\", line: 1)\n\(syntax.text.edited)\n"
    }

    private func search(_ view: ModuleView) -> [String] { view.revisions.reversed().flatMap { ["-I", $0] } }

    /// Writes the source and runs the frontend.
    private func emit(
        _ source: String, module: String, into scratch: Scratch, flags: [String], process: Subprocess
    ) -> Subprocess.Result {
        do {
            try source.write(toFile: scratch["swift"], atomically: false, encoding: .utf8)
        } catch {
            return Subprocess.Result(status: 1, output: "\(scratch["swift"]) cannot be written: \(error)")
        }
        return process.run(
            toolchain.frontend, arguments(for: module, scratch) + flags + cells + commonFlags, toMake: scratch.products)
    }

    /// Puts a module where others look for it.
    private func name(_ module: String, _ scratch: Scratch, in folder: String) {
        for kind in ["swiftmodule", "swiftdoc"] { _ = rename(scratch[kind], "\(folder)/\(module).\(kind)") }
    }

    /// What the frontend is told of the files of a compilation. A cell does not say where others were found: who reads it
    /// would look there.
    private func arguments(for module: String, _ scratch: Scratch) -> [String] {
        [
            "-frontend", "-c", "-no-serialize-debugging-options", "-primary-file", scratch["swift"], "-module-name",
            module,
            "-emit-module", "-emit-module-path", scratch["swiftmodule"],
            "-emit-module-doc", "-emit-module-doc-path", scratch["swiftdoc"],
            "-o", scratch["o"],
        ]
    }

    /// What a text sees, for completing and inspecting it.
    package func surroundings(after view: ModuleView, cells: [Surroundings.EarlierCell]) -> Surroundings {
        Surroundings(
            prelude: view.prelude, cells: cells,
            searchPaths: view.revisions.reversed() + [folder, foundation, installation.modules],
            moduleMaps: installation.moduleMaps, moduleCache: "\(folder)/clang", plugins: toolchain.plugins,
            packageFlags: packageFlags)
    }

    /// Where the modules of cells are.
    private var cells: [String] { ["-I", folder] }

    /// What every invocation of the frontend is given.
    package var commonFlags: [String] {
        [
            "-target", Toolchain.target, "-disable-objc-interop", "-swift-version", "5", "-gline-tables-only",
            "-enable-bare-slash-regex", "-solver-expression-time-threshold=\(Self.patience)",
            "-enable-testing", "-disable-access-control", "-enable-private-imports", "-enforce-exclusivity=unchecked",
            "-suppress-warnings", "-diagnostic-style", "llvm", "-no-color-diagnostics", "-empty-abi-descriptor",
            "-module-cache-path", "\(folder)/clang", "-I", foundation, "-I", installation.modules,
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
