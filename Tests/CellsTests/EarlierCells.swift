import Cells
import Foundation
import Testing

/// The suites that ask the toolchain's sourcekitd, one question at a time.
@Suite(.serialized) enum AssistanceTests {}

/// Cells that were compiled before the text that is completed or inspected, each seeing the one before it.
struct EarlierCells {
    let service: AssistanceService
    let surroundings: Surroundings
    /// Where the cells were compiled, and where the next one would run.
    let folder: String

    /// Compiled once for all tests, which take turns.
    nonisolated(unsafe) static let shared = Result { try EarlierCells() }

    private static let texts = [
        """
        @_exported import Foundation
        /// A place in the plane.
        struct Place {
            /// How far right.
            var x: Double
            var y: Double = 0
            private var secret = 3
            var _mark = 0
            /// The distance to another place, by *Pythagoras*.
            ///
            /// - Parameters:
            ///   - other: the other place.
            ///   - scale: what it is multiplied by.
            /// - Returns: the distance.
            func distance(to other: Place, scale: Double = 1) -> Double { 0 }
            static let origin = Place(x: 0)
            static func + (a: Place, b: Place) -> Place { Place(x: a.x + b.x) }
        }
        let home = Place(x: 1)
        let meaning = 42
        /// Walks.
        func walk(_ from: Place, steps: Int, slowly: Bool = false) -> [Place] { [] }
        func walk(_ from: String) -> Bool { true }
        enum Weather { case sunny, rainy(Int) }
        """,
        """
        let meaning = "of life"
        let wind: Double? = 3
        enum Sky {
            case clear, grey
            /// Paints.
            func paint(with brush: String) {}
            func paint(over layer: Int) -> Int { layer }
        }
        """,
    ]

    private init() throws {
        let toolchain = try #require(Toolchain.current(environment: [:]))
        folder = FileManager.default.temporaryDirectory.appending(path: "martlet-assistance-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var cells: [Surroundings.EarlierCell] = []
        for (index, text) in Self.texts.enumerated() {
            let module = "Cell_\(index + 1)"
            let prelude = cells.last.map { "@_exported import \($0.module)\n" } ?? ""
            let base = "\(folder)/\(module)"
            try (prelude + text + "\n").write(toFile: base + ".swift", atomically: true, encoding: .utf8)
            let arguments = [
                "-frontend", "-c", "-primary-file", base + ".swift", "-module-name", module, "-enable-testing",
                "-disable-access-control", "-enable-private-imports", "-swift-version", "5", "-emit-module",
                "-emit-module-path", base + ".swiftmodule", "-emit-module-doc", "-emit-module-doc-path",
                base + ".swiftdoc", "-o", base + ".o", "-I", folder, "-module-cache-path", "\(folder)/clang",
            ]
            try #require(Subprocess().run(toolchain.frontend, arguments).status == 0)
            cells.append(Surroundings.EarlierCell(module: module, number: index + 1, text: text))
        }
        service = try AssistanceService(library: toolchain.sourceKit)
        var surroundings = Surroundings(
            prelude: "@_exported import Cell_2\n", cells: cells, magics: ["%time": "Says how long.", "%who": "Lists."],
            searchPaths: [folder], moduleCache: "\(folder)/clang")
        surroundings.folder = folder
        self.surroundings = surroundings
        _ = service.answer(AssistanceRequest(.prepare(.modules), in: surroundings))
        _ = service.answer(AssistanceRequest(.prepare(.system), in: surroundings))
    }

    /// What can stand at the `|` in a text.
    func complete(_ marked: String) throws -> Completion {
        let (text, cursor) = try Self.split(marked)
        let reply = service.answer(AssistanceRequest(.complete(text: text, cursor: cursor), in: surroundings))
        return reply.completion ?? Completion(matches: [], range: cursor..<cursor)
    }

    /// What is said of what stands at the `|` in a text, by MIME type.
    func inspect(_ marked: String, detail: InspectionDetail = .documentation) throws -> [String: String]? {
        let (text, cursor) = try Self.split(marked)
        let question = AssistanceRequest.Question.inspect(text: text, cursor: cursor, detail: detail)
        return service.answer(AssistanceRequest(question, in: surroundings)).page?.data
    }

    private static func split(_ marked: String) throws -> (text: String, cursor: Int) {
        let scalars = Array(marked.unicodeScalars)
        let cursor = try #require(scalars.firstIndex(of: "|"))
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[..<cursor] + scalars[(cursor + 1)...])
        return (String(text), cursor)
    }
}

extension Completion {
    var texts: [String] { matches.map(\.text) }
    subscript(text: String) -> Match? { matches.first { $0.text == text } }
}
