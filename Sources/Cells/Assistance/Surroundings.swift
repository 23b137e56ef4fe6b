import FoundationEssentials

/// What the text of a cell sees when it is completed or inspected: the same that it would see if it were compiled.
package struct Surroundings: Hashable, Sendable, Codable {
    /// A cell that was compiled.
    package struct EarlierCell: Hashable, Sendable, Codable {
        /// The module that it became.
        package var module: String
        /// The number in `In[number]`.
        package var number: Int
        /// What the person wrote; nil where nobody will ask.
        package var text: String?

        package init(module: String, number: Int, text: String?) {
            self.module = module
            self.number = number
            self.text = text
        }
    }

    /// What stands before the text, with a line break at its end: the import of the module before it.
    package var prelude: String
    /// The cells of this session.
    package var cells: [EarlierCell]
    /// The magics by their names, percent signs included, and what they do.
    package var magics: [String: String]
    /// The folders of compiled cells and of the laboratory's modules.
    package var searchPaths: [String]
    /// The module maps of the C modules under the laboratory's.
    package var moduleMaps: [String]
    /// The folder in which the compiler keeps what it made of C modules.
    package var moduleCache: String
    /// The folder of the macros' programs.
    package var plugins: String?
    /// What the compiler is told about the packages that cells import from.
    package var packageFlags: [String]
    /// The folder in which cells run.
    package var folder = "."

    package init(
        prelude: String = "", cells: [EarlierCell] = [], magics: [String: String] = [:], searchPaths: [String],
        moduleMaps: [String] = [], moduleCache: String, plugins: String? = nil,
        packageFlags: [String] = []
    ) {
        self.prelude = prelude
        self.cells = cells
        self.magics = magics
        self.searchPaths = searchPaths
        self.moduleMaps = moduleMaps
        self.moduleCache = moduleCache
        self.plugins = plugins
        self.packageFlags = packageFlags
    }

    /// The name of the file as which sourcekitd knows the text. There is no such file.
    static let file = "/martlet/ThisCell.swift"
    /// The name of the module that the text would become.
    static let module = "ThisCell"
    /// How the name begins by which the compiler tells one list of modules from another.
    static let markPrefix = "AFTER_"

    /// The cell that became a module.
    func cell(of module: String) -> EarlierCell? { cells.last { $0.module == module } }

    /// Whether a module is one that is only there to hold cells, or one of C below the laboratory.
    func hides(module: String) -> Bool {
        [Self.module, CellCompiler.root, "CellRuntime", "CellWorker"].contains(module) || module.hasPrefix("Cell_")
            || cell(of: module) != nil || moduleMaps.contains { $0.hasSuffix("/\(module)/module.modulemap") }
    }

    /// A path as cells mean it: `~` is the home folder, and others start where cells run.
    package static func expanded(_ path: String, in folder: String) -> String {
        if path == "~" || path.hasPrefix("~/") {
            return FileManager.default.homeDirectoryForCurrentUser.path + path.dropFirst()
        }
        return path.hasPrefix("/") ? path : folder + "/" + path
    }

    /// The same without the texts of cells, which only some questions need.
    var withoutTexts: Surroundings {
        var copy = self
        for index in copy.cells.indices { copy.cells[index].text = nil }
        return copy
    }

    /// The compiler's arguments, as its driver takes them.
    ///
    /// - Parameter checkingAccess: whether what modules keep to themselves is out of sight. Cells see everything of each
    ///   other, and so do not check.
    func arguments(checkingAccess: Bool = false) -> [String] {
        var arguments = [Self.file, "-module-name", Self.module, "-swift-version", "5", "-Onone"]
        if !checkingAccess {
            arguments +=
                ["-enable-testing"]
                + ["-disable-access-control", "-enable-private-imports"].flatMap { ["-Xfrontend", $0] }
        }
        arguments += searchPaths.flatMap { ["-I", $0] } + ["-module-cache-path", moduleCache]
        arguments += moduleMaps.flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
        // With the same arguments the compiler would go on with the list of modules that it found the last time.
        arguments += ["-D", Self.markPrefix + String(prelude.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })]
        return arguments + (plugins.map { ["-plugin-path", $0] } ?? []) + packageFlags
    }
}
