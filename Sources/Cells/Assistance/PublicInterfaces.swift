/// What modules offer to everybody.
///
/// Cells are compiled without access control, so that they see everything of each other. What that also opens, the
/// insides of the laboratory and of the system's libraries, is of no use to a person: it is not offered.
final class PublicInterfaces {
    private struct Module: Hashable {
        let name: String
        let searchPaths: [String]
    }

    private let kit: SourceKit
    private let keys: CompletionKeys
    private let entities, symbol: SourceKit.Name
    /// The public symbols of modules, in the compiler's notation.
    private var symbols: [Module: Set<String>] = [:]
    /// What the system's libraries keep to themselves, as far as it is known.
    private var hidden: Set<String> = []
    private var hasRead = false
    private var hasLearnt = false

    init(_ kit: SourceKit, keys: CompletionKeys) throws(SourceKitError) {
        self.kit = kit
        self.keys = keys
        entities = try kit.name("key.entities")
        symbol = try kit.name("key.usr")
    }

    /// Whether the candidate is a part of a module that the module keeps to itself.
    func hides(_ candidate: Candidate, in surroundings: Surroundings) -> Bool {
        guard candidate.kind.hasPrefix("decl."), candidate.symbol.hasPrefix("s:"), !candidate.module.isEmpty else {
            return false
        }
        if candidate.isSystem { return hidden.contains(candidate.symbol) }
        if candidate.module == Surroundings.module || surroundings.cell(of: candidate.module) != nil { return false }
        let known = symbols(of: candidate.module, in: surroundings)
        return !known.isEmpty && !candidate.symbol.split(separator: " ").contains { known.contains(String($0)) }
    }

    /// The public symbols of a module; none where the module cannot be read.
    private func symbols(of name: String, in surroundings: Surroundings) -> Set<String> {
        let module = Module(name: name, searchPaths: surroundings.searchPaths)
        if let known = symbols[module] { return known }
        var found: Set<String> = []
        func collect(_ value: SourceKitValue) {
            for entity in value.elements(entities) {
                if let text = entity.text(symbol) {
                    // A member of an extended protocol is named with the type that it is shown under.
                    found.insert(text.split(separator: "::SYNTHESIZED::").first.map(String.init) ?? text)
                }
                collect(entity)
            }
        }
        let arguments = Array(surroundings.arguments(checkingAccess: true).dropFirst())
        let response = try? kit.send(
            SourceKitRequest(kind: "docinfo", values: ["modulename": .text(name), "compilerargs": .texts(arguments)]))
        if let response { collect(response.root) }
        symbols[module] = found
        return found
    }

    // MARK: The system's libraries

    /// Values and types whose members people complete most; what is found in protocols holds for all others too.
    private static let samples = [
        "\"\".", "String.", "Substring().", "Character(\"a\").", "[0].", "[Int].", "Set([0]).", "[0: 0].",
        "Optional(0)!.", "0.", "0.0.", "Float(0).", "(0..<1).", "Date().", "Data().", "URL(filePath: \"\").",
    ]

    /// Reads the system's libraries with their access checked.
    ///
    /// The compiler keeps the global names of a module from the first time that it lists them: so only public ones.
    func readSystem(in surroundings: Surroundings) {
        guard !hasRead else { return }
        hasRead = true
        _ = offered(after: "", checkingAccess: true, in: surroundings)
    }

    /// Finds out what the system's libraries keep to themselves: what is offered only when access is not checked.
    ///
    /// Their whole interfaces would say it too, and take twenty seconds to read.
    func learnSystem(in surroundings: Surroundings) {
        guard !hasLearnt else { return }
        hasLearnt = true
        let open = Self.samples.map { offered(after: $0, checkingAccess: true, in: surroundings) }
        let all = Self.samples.map { offered(after: $0, checkingAccess: false, in: surroundings) }
        for (open, all) in zip(open, all) where !open.isEmpty { hidden.formUnion(all.subtracting(open)) }
    }

    private func offered(after text: String, checkingAccess: Bool, in surroundings: Surroundings) -> Set<String> {
        let source = "import Foundation\n" + text
        let response = try? kit.send(
            SourceKitRequest(
                kind: "codecomplete",
                values: [
                    "sourcefile": .text(Surroundings.file), "sourcetext": .text(source),
                    "offset": .number(source.utf8.count),
                    "compilerargs": .texts(surroundings.arguments(checkingAccess: checkingAccess)),
                ]))
        guard let response else { return [] }
        return Set(response.root.elements(keys.results).compactMap { $0.text(keys.symbol) })
    }
}
