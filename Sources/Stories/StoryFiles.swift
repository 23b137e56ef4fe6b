import Foundation

/// Stories in all text and JSON files of a folder and the folders in it, in the order of their paths.
///
/// A text file without a separator is one story.
struct StoryFiles: StorySource {
    private let files: [String]
    private let folder: String

    init(_ folder: String) throws(CorpusError) {
        self.folder = folder
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        files = paths.filter { ["txt", "md", "json", "jsonl"].contains(($0 as NSString).pathExtension.lowercased()) }
            .sorted().map { folder + "/" + $0 }
        guard !files.isEmpty else { throw .empty(path: folder) }
    }

    /// A file is a part: it is opened only while it is read, since a folder may hold more files than can be open.
    var partCount: Int { files.count }

    var digest: UInt64 {
        var digest = Digest(of: "folder")
        for path in files { if let source = try? Self.source(path) { digest.combine(source.digest) } }
        return digest.value
    }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        do throws(CorpusError) {
            let source = try Self.source(files[part])
            for inner in 0..<source.partCount { source.read(part: inner, story: story, problem: problem) }
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
