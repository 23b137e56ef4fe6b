import Foundation

/// Stories in all text and JSON files of a folder and the folders in it, in the order of their paths.
///
/// A text file without a separator is one story.
struct StoryFiles: StorySource {
    private let files: [String]
    /// The number of the first part of each file, and one more than that of the last.
    private let firstParts: [Int]

    init(_ folder: String) throws(CorpusError) {
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        files = paths.filter { ["txt", "md", "json", "jsonl"].contains(($0 as NSString).pathExtension.lowercased()) }
            .sorted().map { folder + "/" + $0 }
        guard !files.isEmpty else { throw .empty(path: folder) }
        var firstParts = [0]
        for path in files {
            // Only a large file is worth a look: its parts are read on all cores.
            var status = stat()
            let isLarge = stat(path, &status) == 0 && status.st_size > SeparatedFile.usualBlockSize
            let parts = isLarge ? (try? Self.source(path).partCount) ?? 1 : 1
            firstParts.append(firstParts[firstParts.count - 1] + Swift.max(1, parts))
        }
        self.firstParts = firstParts
    }

    /// A file is opened only while it is read, since a folder may hold more files than can be open.
    var partCount: Int { firstParts[files.count] }

    var digest: UInt64 {
        var digest = Digest(of: "folder")
        for path in files { if let source = try? Self.source(path) { digest.combine(source.digest) } }
        return digest.value
    }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        let file = firstParts.partitioningIndex { $0 > part } - 1
        let parts = firstParts[file + 1] - firstParts[file]
        do throws(CorpusError) {
            let source = try Self.source(files[file])
            // A file that has changed since is read as far as it goes.
            let inner = part - firstParts[file]
            let last = inner == parts - 1 ? source.partCount : Swift.min(inner + 1, source.partCount)
            for part in Swift.min(inner, last)..<last { source.read(part: part, story: story, problem: problem) }
        } catch {
            problem(error)
        }
    }

    /// The stories of one file, read by what its name ends in.
    static func source(_ path: String) throws(CorpusError) -> any StorySource {
        switch (path as NSString).pathExtension.lowercased() {
        case "json", "jsonl", "ndjson": try JSONFile(path)
        default: try TextFile(path)
        }
    }
}

extension [Int] {
    /// The first index whose element satisfies a condition that holds for all after it.
    fileprivate func partitioningIndex(where holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
