import Glibc

/// A declaration, label or keyword that can stand at a place in a cell.
struct Candidate {
    /// What is inserted: a name without parameters, or a label with its colon.
    let text: String
    /// What it is, in sourcekitd's words without their common start: `decl.function.free`, `keyword`, ...
    let kind: String
    /// Its type, or its parameters and result.
    let signature: String
    /// The symbols in the compiler's notation; overloads differ in them.
    let symbol: String
    let module: String
    /// Where it was found: `local`, `thisclass`, `superclass`, `othermodule`, ...
    let context: String
    /// Whether its type is the one that is wanted here.
    let isConvertible: Bool
    let isSystem: Bool
    let isDiscouraged: Bool
    /// Whether an optional has to be opened to reach it: the dot becomes `?.`.
    let opensOptional: Bool

    /// A result of sourcekitd's, or nil where it cannot follow the prefix.
    init?(_ value: SourceKitValue, keys: CompletionKeys, prefix: String) {
        // Thousands of names are looked at and few are wanted: most end here, before any string is made of them.
        guard let bytes = value.bytes(keys.name), bytes.pointee != 0, Self.begins(bytes, with: prefix),
            let name = value.text(keys.name)
        else { return nil }
        context = String(value.name(keys.context).dropFirst("source.codecompletion.context.".count))
        symbol = value.text(keys.symbol) ?? ""
        // C has thousands of global names. They are offered to those who know how one begins.
        if prefix.isEmpty, context == "othermodule", symbol.hasPrefix("c:") { return nil }
        kind = String(value.name(keys.kind).dropFirst("source.lang.swift.".count))
        if kind.hasPrefix("literal") || kind.contains("operator") { return nil }
        let source = value.text(keys.sourceText) ?? ""
        let description = value.text(keys.description) ?? ""
        let type = value.text(keys.type) ?? ""
        opensOptional = source.hasPrefix("?.")
        // A word that takes the place of the dot, such as `nil` after `== .`, is no member.
        if value.number(keys.erased) > 0 && !opensOptional { return nil }

        let base = String(name.prefix { $0 != "(" && $0 != "[" && $0 != " " })
        if base.contains(":") {
            // Inside a call: the labels that may come next, of which the first is written now.
            let label = base.prefix { $0 != ":" }
            // What literals are made with is the compiler's to call.
            guard !label.isEmpty, !label.hasSuffix("Literal") else { return nil }
            text = label + ":"
        } else {
            guard let first = base.unicodeScalars.first, first.continuesIdentifier || first == "`" else { return nil }
            // What follows an expression, such as `.count`, is no name that can stand here.
            if source.hasPrefix(".") || source.hasPrefix(" ") { return nil }
            text = source.hasPrefix("`\(base)`") || source.hasPrefix("?.`\(base)`") ? "`\(base)`" : base
        }
        // Names that start with an underscore are their authors' own, until somebody asks for one.
        if text.hasPrefix("_") && !prefix.hasPrefix("_") { return nil }

        if kind.hasPrefix("decl.function") || text.hasSuffix(":") {
            let parameters = description.firstIndex(of: "(").map { String(description[$0...]) } ?? description
            signature = type.isEmpty || kind == "pattern" ? parameters : "\(parameters) -> \(type)"
        } else {
            signature = Self.namesType(kind) || kind == "keyword" || kind == "decl.module" ? "" : type
        }
        module = value.text(keys.module) ?? ""
        isConvertible = value.name(keys.relation).hasSuffix(".convertible")
        isSystem = value.number(keys.isSystem) > 0
        isDiscouraged = value.number(keys.isDiscouraged) > 0
    }

    /// A name that stands in the text, of which nothing more is known.
    init(word: String) {
        text = word
        kind = "decl.var.global"
        context = "thismodule"
        (signature, symbol, module) = ("", "", Surroundings.module)
        (isConvertible, isSystem, isDiscouraged, opensOptional) = (false, false, false, false)
    }

    /// Whether the name begins as the prefix does, whatever the case.
    private static func begins(_ name: UnsafePointer<CChar>, with prefix: String) -> Bool {
        var prefix = prefix
        return prefix.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return true }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                strncasecmp(name, $0, bytes.count) == 0
            }
        }
    }

    static func namesType(_ kind: String) -> Bool {
        [
            "decl.struct", "decl.class", "decl.enum", "decl.actor", "decl.protocol", "decl.typealias",
            "decl.associatedtype",
            "decl.generic_type_param",
        ].contains(kind)
    }
}

extension Candidate {
    /// What it is in Jupyter's words, by which front ends choose an icon.
    var jupyterKind: String {
        if text.hasSuffix(":") { return "param" }
        if kind == "keyword" { return "keyword" }
        if isModule { return "module" }
        if Self.namesType(kind) { return "class" }
        if kind.hasPrefix("decl.function") || kind == "decl.macro" { return "function" }
        if kind == "decl.var.instance" || kind == "decl.var.static" || kind == "decl.var.class" { return "property" }
        return "instance"
    }

    var isModule: Bool { kind == "decl.module" }

    /// Whether it is what a text that was asked about earlier has added to a type from elsewhere: the compiler keeps such
    /// extensions, though they do not stand in this text.
    func isLeftOver(in code: CodeText) -> Bool {
        // What belongs to a type of this text has its module at the beginning of its symbol.
        guard kind.hasPrefix("decl."), module == Surroundings.module, symbol.hasPrefix("s:"),
            !symbol.hasPrefix("s:\(module.utf8.count)\(module)")
        else { return false }
        return !code.words(beginning: text, except: 0..<0).contains(text)
    }
}
