/// The order in which candidates are offered, each name once.
struct Ranking {
    private struct Place: Comparable {
        let tier: Int
        let isDiscouraged, differsInCase: Bool
        let distance: Int
        let name: String

        /// The first difference decides.
        static func < (one: Place, other: Place) -> Bool {
            if one.tier != other.tier { return one.tier < other.tier }
            if one.differsInCase != other.differsInCase { return other.differsInCase }
            if one.isDiscouraged != other.isDiscouraged { return other.isDiscouraged }
            if one.distance != other.distance { return one.distance < other.distance }
            return one.name < other.name
        }
    }

    private let ranked: [(candidate: Candidate, overloads: Int)]

    /// - Parameter prefix: what is written already; names that begin exactly so come before those in another case.
    init(_ candidates: [Candidate], prefix: String, in surroundings: Surroundings) {
        let order = Dictionary(
            surroundings.cells.enumerated().map { ($1.module, $0) }, uniquingKeysWith: { _, last in last })
        let isStatic = candidates.contains { $0.kind == "keyword" && $0.text == "Type" }
        var best: [String: (candidate: Candidate, place: Place, symbols: Set<String>)] = [:]
        for candidate in candidates {
            let place = Place(
                tier: Self.tier(of: candidate), isDiscouraged: candidate.isDiscouraged && !candidate.isModule,
                differsInCase: !candidate.text.hasPrefix(prefix),
                distance: Self.distance(of: candidate, isStatic: isStatic, cell: order[candidate.module]),
                name: candidate.text.lowercased())
            guard var known = best[candidate.text] else {
                best[candidate.text] = (candidate, place, [candidate.symbol])
                continue
            }
            // Cells may give a name a new meaning; functions that differ in their parameters live side by side.
            known.symbols.insert(candidate.symbol)
            let isSame = candidate.symbol == known.candidate.symbol
            if place < known.place || (isSame && candidate.signature.count > known.candidate.signature.count) {
                (known.candidate, known.place) = (candidate, min(place, known.place))
            }
            best[candidate.text] = known
        }
        ranked = best.values.sorted { $0.place < $1.place }.map { ($0.candidate, $0.symbols.count) }
    }

    /// Swift's names go before C's, of which there are thousands, and keywords come last.
    private static func tier(of candidate: Candidate) -> Int {
        if candidate.kind == "keyword" { return 2 }
        return candidate.symbol.hasPrefix("c:") ? 1 : 0
    }

    /// How far away the candidate is: what is local first, then this cell, cells before it (the latest first), libraries.
    private static func distance(of candidate: Candidate, isStatic: Bool, cell: Int?) -> Int {
        if isStatic, candidate.kind.hasSuffix(".instance") { return 8000 }
        // What has the wanted type goes before what has not, among its like.
        let nudge = candidate.isConvertible ? 0 : 1
        if candidate.text.hasSuffix(":") { return 0 }
        if let cell, candidate.context == "othermodule" {
            return 3000 - 2 * min(cell, 900) + nudge
        }
        switch candidate.context {
        case "local", "exprspecific": return 10 + nudge
        case "thismodule", "thisclass": return 20 + nudge
        case "superclass", "outsidenominal": return 30 + nudge
        default: break
        }
        if !candidate.isSystem { return 4000 + nudge }
        return (candidate.module == "Swift" ? 5000 : 6000) + nudge
    }

    /// The best of them, for the part of the text that they take the place of.
    func completion(of position: CodePosition) -> Completion {
        let best = ranked.prefix(Completer.limit)
        // Where some names are reached through `?.`, the dot belongs to what is replaced.
        let dot = position.word.lowerBound - 1
        let opensOptional =
            best.contains(where: \.candidate.opensOptional) && dot >= 0
            && position.text.scalars[dot] == "."
        let matches = best.map { candidate, overloads in
            let link = opensOptional ? (candidate.opensOptional ? "?." : ".") : ""
            let more = overloads > 1 && candidate.kind.hasPrefix("decl.function") ? "  +\(overloads - 1)" : ""
            let signature = candidate.signature + more
            return Completion.Match(
                text: link + candidate.text, kind: candidate.jupyterKind, signature: signature.isEmpty ? nil : signature
            )
        }
        return Completion(
            matches: matches, range: (opensOptional ? dot : position.word.lowerBound)..<position.word.upperBound)
    }
}
