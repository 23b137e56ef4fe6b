import FoundationEssentials

extension Completion {
    /// The files and folders that a path can lead to, for the part behind its last slash.
    ///
    /// - Parameter end: the code point at which the path ends so far.
    static func paths(
        beginning path: String, endingAt end: Int, in folder: String, onlyFolders: Bool
    ) -> Completion {
        let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let place = Surroundings.expanded(String(path[..<start]), in: folder)
        let prefix = String(path[start...])
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        let matches = names.sorted().compactMap { name -> Match? in
            guard name.hasPrefix(prefix), !name.hasPrefix(".") || prefix.hasPrefix(".") else { return nil }
            var isFolder = false
            guard FileManager.default.fileExists(atPath: place + "/" + name, isDirectory: &isFolder),
                isFolder || !onlyFolders
            else { return nil }
            return Match(text: isFolder ? name + "/" : name, kind: "path")
        }
        return Completion(matches: matches, range: end - prefix.unicodeScalars.count..<end)
    }
}
