import Notebook

/// Says what the names in the text of a cell are.
final class Inspector {
    private let kit: SourceKit
    private let keys: InspectionKeys

    init(_ kit: SourceKit) throws(SourceKitError) {
        self.kit = kit
        keys = try InspectionKeys(kit)
    }

    /// What stands at the cursor: a name, an operator, or else the call around it. Nil where nothing is known.
    func inspect(
        _ position: CodePosition, detail: InspectionDetail, in surroundings: Surroundings
    ) throws(SourceKitError) -> MIMEBundle? {
        if let magic = position.magic {
            let name = position.text[magic.lowerBound..<max(magic.upperBound, position.word.upperBound)]
            return surroundings.magics[name].map { MIMEBundle(["text/plain": "\(name)\n\n\($0)"]) }
        }
        // In a huge cell the line alone is understood much sooner, and mostly it says enough.
        let isHuge = position.code.isHuge
        for code in isHuge ? [position.lineAlone, position.code] : [position.code, position.lineAlone] {
            if let page = try inspect(position, in: code, detail, surroundings) { return page.bundle }
        }
        return nil
    }

    private func inspect(
        _ position: CodePosition, in code: CodeText, _ detail: InspectionDetail, _ surroundings: Surroundings
    ) throws(SourceKitError) -> InspectionPage? {
        guard let target = Self.target(of: position) else {
            return try open(code, in: surroundings) { file throws(SourceKitError) -> InspectionPage? in
                try describeCall(at: position.cursor, in: file)
            }
        }
        return try inspect(target, in: code, detail, surroundings)
    }

    private func inspect(
        _ target: Range<Int>, in code: CodeText, _ detail: InspectionDetail, _ surroundings: Surroundings
    ) throws(SourceKitError) -> InspectionPage? {
        let meaning = try open(code, in: surroundings) { file throws(SourceKitError) -> Meaning in
            let meaning = try describe(target, in: file, detail)
            guard case .other = meaning, let call = try describeCall(at: target.lowerBound, in: file) else {
                return meaning
            }
            return .declarations(call)
        }
        let known: InspectionPage?
        switch meaning {
        case .declarations(let page):
            let isCalled = target.upperBound < code.scalars.count && code.scalars[target.upperBound] == "("
            if !isCalled, detail != .declaration, let type = page.first?.type {
                var page = page
                page.initializers = try initializers(of: type, isOfLibrary: page.isOfLibrary, in: code, surroundings)
                if page.first?.isEnumeration == true { page.cases = try cases(of: type, in: code, surroundings) }
                return page
            }
            if isCalled || detail == .declaration || page.first?.isFunction != true { return page }
            known = page
        case .other: return nil
        case .unknown: known = nil
        }
        // Behind a type's name, a member of its values is a function of a value: it is told as it is declared.
        if let member = code.insideOfType(target),
            let page = try inspect(member.place, in: member.code, detail, surroundings)
        {
            return page
        }
        // A name without arguments can mean several functions: they are told as a call tells them.
        let called = code[0..<target.upperBound] + "(" + code[target.upperBound..<code.scalars.count]
        let calls = try open(CodeText(called), in: surroundings) { file throws(SourceKitError) -> InspectionPage? in
            try describeCall(at: target.upperBound + 1, of: code[target], in: file)
        }
        if let calls, known == nil || calls.declarations.count > 1 { return calls }
        return known
    }

    /// What makes values of a type.
    private func initializers(
        of type: String, isOfLibrary: Bool, in code: CodeText, _ surroundings: Surroundings
    ) throws(SourceKitError) -> [InspectionPage.Declaration] {
        let called = CodeText(code.string + "\n\(type)(")
        let calls = try open(called, in: surroundings) { file throws(SourceKitError) -> InspectionPage? in
            try describeCall(at: called.scalars.count, of: "init", in: file)
        }
        let all = calls?.declarations ?? []
        // Of a library's, those without a word are its authors' own.
        let documented = isOfLibrary ? all.filter { !$0.comment.isEmpty } : []
        return documented.isEmpty ? all : documented
    }

    /// The cases of an enumeration, as they are completed behind its name.
    private func cases(
        of name: String, in code: CodeText, _ surroundings: Surroundings
    ) throws(SourceKitError) -> [InspectionPage.Declaration] {
        let text = surroundings.prelude + code.string + "\n\(name)."
        let request = SourceKitRequest(
            kind: "codecomplete",
            values: [
                "sourcefile": .text(Surroundings.file), "sourcetext": .text(text), "offset": .number(text.utf8.count),
                "compilerargs": .texts(surroundings.arguments()),
            ])
        return try kit.send(request).root.elements(keys.results)
            .filter { $0.name(keys.kind).hasSuffix(".decl.enumelement") }
            .compactMap { found in
                found.text(keys.description).map { .init(text: "case \($0)", comment: found.text(keys.brief) ?? "") }
            }
    }

    /// What a word in the text turns out to be.
    private enum Meaning {
        case declarations(InspectionPage)
        /// Not a name of what the compiler tells about it: an argument's label or a literal.
        case other
        case unknown
    }

    /// The code points of the name or operator that is meant. Right behind an opening parenthesis the call is meant.
    private static func target(of position: CodePosition) -> Range<Int>? {
        let word = position.word
        if !word.isEmpty {
            let opensCall =
                position.cursor == word.lowerBound
                && position.scalarBeforeWord.map { "(,".contains(Character($0)) } == true
            return opensCall ? nil : word
        }
        return position.symbol.isEmpty ? nil : position.symbol
    }

    // MARK: Asking

    /// A text that sourcekitd has open, to be asked about.
    private struct OpenFile {
        let code: CodeText
        let surroundings: Surroundings

        func values(at position: Int) -> [String: SourceKitRequest.Value] {
            let offset = surroundings.prelude.utf8.count + code.byteOffset(of: position)
            return [
                "sourcefile": .text(Surroundings.file), "primary_file": .text(Surroundings.file),
                "offset": .number(offset), "compilerargs": .texts(surroundings.arguments()),
            ]
        }
    }

    private func open<Answer>(
        _ code: CodeText, in surroundings: Surroundings,
        _ body: (OpenFile) throws(SourceKitError) -> Answer
    ) throws(SourceKitError) -> Answer {
        _ = try kit.send(
            SourceKitRequest(
                kind: "editor.open",
                values: [
                    "name": .text(Surroundings.file), "sourcetext": .text(surroundings.prelude + code.string),
                    "compilerargs": .texts(surroundings.arguments()), "syntactic_only": .number(1),
                    "enablesyntaxmap": .number(0), "enablesubstructure": .number(0), "enablediagnostics": .number(0),
                ]))
        defer {
            _ = try? kit.send(SourceKitRequest(kind: "editor.close", values: ["name": .text(Surroundings.file)]))
        }
        return try body(OpenFile(code: code, surroundings: surroundings))
    }

    /// What is declared under a name in the text.
    private func describe(
        _ target: Range<Int>, in file: OpenFile, _ detail: InspectionDetail
    ) throws(SourceKitError) -> Meaning {
        let request = SourceKitRequest(kind: "cursorinfo", values: file.values(at: target.lowerBound))
        let found = try kit.send(request).root
        // For a label the compiler tells of the function, and for a literal of its type: neither is what it is called.
        let written = file.code[target]
        let name = (found.text(keys.name) ?? "").prefix { $0 != "(" }
        guard !name.isEmpty else { return .unknown }
        let isNameless = ["self", "Self", "super", "init"].contains(written) || ["init", "subscript"].contains(name)
        guard isNameless || name == written else { return .other }
        let symbols = [found] + found.elements(keys.secondary)
        let declarations = symbols.compactMap { declaration($0, in: file, detail) }
        return declarations.isEmpty ? .unknown : .declarations(InspectionPage(declarations: declarations))
    }

    private func declaration(
        _ symbol: SourceKitValue, in file: OpenFile, _ detail: InspectionDetail
    ) -> InspectionPage.Declaration? {
        let module = symbol.text(keys.module)
        guard let name = symbol.text(keys.name), !name.isEmpty else { return nil }
        let kind = symbol.name(keys.kind)
        let isModule = kind.hasSuffix(".module")
        guard let written = symbol.text(keys.declaration).map(Markup.plain) ?? (isModule ? "import \(name)" : nil)
        else {
            return nil
        }
        let source =
            detail == .declaration
            ? module.flatMap {
                DeclarationSource.find(
                    name, in: $0 == Surroundings.module ? file.code.string : file.surroundings.cell(of: $0)?.text)
            } : nil
        let comment = symbol.text(keys.comment) ?? ""
        return InspectionPage.Declaration(
            text: written, isFunction: kind.contains(".function."),
            type: [".struct", ".class", ".enum", ".actor"].contains { kind.hasSuffix($0) }
                ? symbol.text(keys.type).map(Self.expression) : nil,
            isEnumeration: kind.hasSuffix(".enum"),
            isOfLibrary: module.map { $0 != Surroundings.module && file.surroundings.cell(of: $0) == nil } ?? false,
            home: isModule ? nil : module.map { Self.home($0, file.surroundings) },
            comment: comment, commentHTML: html(of: comment), source: source)
    }

    /// A type as an expression calls it: of `Choice<Option>.Type`, which the compiler tells, `Choice`.
    private static func expression(_ metatype: String) -> String {
        String((metatype.hasSuffix(".Type") ? metatype.dropLast(5) : metatype[...]).prefix { $0 != "<" })
    }

    /// A documentation comment as HTML.
    private func html(of comment: String) -> String {
        guard !comment.isEmpty else { return "" }
        let request = SourceKitRequest(kind: "convert.markup.xml", values: ["sourcetext": .text(comment)])
        let markup = try? kit.send(request).root.text(keys.text)
        return Markup.html(documentation: markup ?? "")
    }

    /// Where something is declared, in words.
    private static func home(_ module: String, _ surroundings: Surroundings) -> String {
        if module == Surroundings.module { return "this cell" }
        return surroundings.cell(of: module).map { "In[\($0.number)]" } ?? module
    }

    /// The functions that the call around a place may mean, with the parameter that comes next.
    ///
    /// - Parameter name: the name that was made a call only to ask for its meaning; no parameter comes next then.
    private func describeCall(
        at position: Int, of name: String? = nil, in file: OpenFile
    ) throws(SourceKitError) -> InspectionPage? {
        let found = try kit.send(SourceKitRequest(kind: "signaturehelp", values: file.values(at: position))).root
        var calls: [InspectionPage.Declaration] = []
        for signature in found.elements(keys.signatures) {
            guard let text = signature.text(keys.name), name.map({ text.hasPrefix($0 + "(") }) ?? true else { continue }
            let parameters = Array(signature.elements(keys.parameters))
            let next = signature.number(keys.activeParameter)
            var emphasis: Range<Int>?
            if name == nil, parameters.indices.contains(next) {
                let start = parameters[next].number(keys.nameOffset)
                emphasis = start..<start + parameters[next].number(keys.nameLength)
            }
            let comment = signature.text(keys.comment) ?? ""
            calls.append(
                InspectionPage.Declaration(
                    text: text, emphasis: emphasis, comment: comment, commentHTML: html(of: comment)))
        }
        let active = found.number(keys.activeSignature)
        if calls.indices.contains(active) { calls.insert(calls.remove(at: active), at: 0) }
        // Every value can be asked by key path: of a type's own subscripts that says nothing.
        let byKeyPath = calls.partition { $0.text.hasPrefix("subscript(keyPath:") }
        if byKeyPath > 0 { calls.removeSubrange(byKeyPath...) }
        return calls.isEmpty ? nil : InspectionPage(declarations: calls)
    }
}

/// The keys by which sourcekitd says what something is.
private struct InspectionKeys {
    let name, kind, module, declaration, comment, text, secondary, type: SourceKit.Name
    let results, description, brief: SourceKit.Name
    let signatures, activeSignature, parameters, activeParameter, nameOffset, nameLength: SourceKit.Name

    init(_ kit: SourceKit) throws(SourceKitError) {
        name = try kit.name("key.name")
        kind = try kit.name("key.kind")
        module = try kit.name("key.modulename")
        declaration = try kit.name("key.annotated_decl")
        comment = try kit.name("key.doc_comment")
        text = try kit.name("key.sourcetext")
        secondary = try kit.name("key.secondary_symbols")
        type = try kit.name("key.typename")
        results = try kit.name("key.results")
        description = try kit.name("key.description")
        brief = try kit.name("key.doc.brief")
        signatures = try kit.name("key.signatures")
        activeSignature = try kit.name("key.active_signature")
        parameters = try kit.name("key.parameters")
        activeParameter = try kit.name("key.active_parameter")
        nameOffset = try kit.name("key.nameoffset")
        nameLength = try kit.name("key.namelength")
    }
}
