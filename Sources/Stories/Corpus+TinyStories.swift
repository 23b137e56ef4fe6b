import Foundation

extension Corpus {
    /// TinyStories (Eldan and Li 2023) from where this machine has it, or else the built-in story world.
    ///
    /// Looks in the folder that `MARTLET_DATA` names, then in the cache, and downloads nothing. One line says what was
    /// found.
    ///
    /// - Parameter part: the stories to learn from, or those to validate on, of which none is among the first.
    public static func tinyStories(_ part: TinyStoriesPart = .training) throws(CorpusError) -> Corpus {
        let names =
            switch part {
            case .training: ["TinyStoriesV2-GPT4-train.txt", "TinyStories-train.txt", "train-subset.txt"]
            case .validation: ["TinyStoriesV2-GPT4-valid.txt", "TinyStories-valid.txt", "valid-first220.txt"]
            }
        for folder in [StoryFolder.data, StoryFolder.cache].compactMap({ $0 }) {
            for name in names {
                let path = folder + "/tinystories/" + name
                guard FileManager.default.isReadableFile(atPath: path) else { continue }
                let corpus = try Corpus(path)
                print("TinyStories from \(path)")
                return corpus
            }
        }
        let corpus = part == .training ? storyWorld() : storyWorld(count: 500, seed: 1)
        print("No TinyStories on this machine (MARTLET_DATA names no folder with tinystories/): \(corpus)")
        return corpus
    }
}

extension Corpus {
    /// TinyStories, second version, downloaded into the cache where it is not there yet: 2.2 GB to learn from, 22 MB to
    /// validate on.
    ///
    /// A download that was cut goes on where it stopped, and a file whose checksum is wrong is not used. The hub is
    /// https://huggingface.co, or what `HF_ENDPOINT` names.
    ///
    /// - Parameter part: the stories to learn from, or those to validate on.
    public static func tinyStories(_ part: TinyStoriesPart = .training, from hub: StoryHub) throws -> Corpus {
        let name = part == .training ? "TinyStoriesV2-GPT4-train.txt" : "TinyStoriesV2-GPT4-valid.txt"
        let path = StoryFolder.cache + "/tinystories/" + name
        if !FileManager.default.isReadableFile(atPath: path) {
            try Download(hub.url(of: name, in: "roneneldan/TinyStories"), to: path).run()
        }
        return try Corpus(path)
    }
}

/// A server of data sets.
public struct StoryHub: Hashable, Sendable {
    let endpoint: String

    /// Hugging Face, or what `HF_ENDPOINT` names.
    public static var hub: StoryHub {
        StoryHub(endpoint: ProcessInfo.processInfo.environment["HF_ENDPOINT"] ?? "https://huggingface.co")
    }

    func url(of file: String, in dataSet: String) throws(CorpusError) -> URL {
        let text = "\(endpoint)/datasets/\(dataSet)/resolve/main/\(file)"
        guard let url = URL(string: text) else { throw .download(url: text, reason: "this is no address") }
        return url
    }
}

/// The parts that TinyStories comes in.
public enum TinyStoriesPart: Hashable, Sendable {
    case training
    case validation
}

/// Where files of stories lie on this machine.
package enum StoryFolder {
    /// The folder of a person's own data, which `MARTLET_DATA` names.
    static var data: String? { ProcessInfo.processInfo.environment["MARTLET_DATA"]?.withHomeExpanded }

    /// The folder of files that can be made or fetched again: `MARTLET_CACHE`, or else `martlet` in the user's cache.
    package static var cache: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["MARTLET_CACHE"] { return folder.withHomeExpanded }
        if let folder = environment["XDG_CACHE_HOME"] { return folder + "/martlet" }
        return "~/.cache/martlet".withHomeExpanded
    }
}
