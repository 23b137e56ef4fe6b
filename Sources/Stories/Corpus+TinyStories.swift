import Foundation

extension Corpus {
    /// TinyStories (Eldan and Li 2023) from where this machine has it, or else the built-in story world.
    ///
    /// Looks in the folder that `MARTLET_DATA` names, then in the cache, and downloads nothing. One line says what was
    /// found.
    public static func tinyStories() throws(CorpusError) -> Corpus {
        let names = ["TinyStoriesV2-GPT4-train.txt", "TinyStories-train.txt", "train-subset.txt"]
        for folder in [StoryFolder.data, StoryFolder.cache].compactMap({ $0 }) {
            for name in names {
                let path = folder + "/tinystories/" + name
                guard FileManager.default.isReadableFile(atPath: path) else { continue }
                let corpus = try Corpus(path)
                print("TinyStories from \(path)")
                return corpus
            }
        }
        let corpus = storyWorld()
        print("No TinyStories on this machine (MARTLET_DATA names no folder with tinystories/): \(corpus)")
        return corpus
    }
}

/// Where files of stories lie on this machine.
enum StoryFolder {
    /// The folder of a person's own data, which `MARTLET_DATA` names.
    static var data: String? { ProcessInfo.processInfo.environment["MARTLET_DATA"]?.withHomeExpanded }

    /// The folder of files that can be made or fetched again: `MARTLET_CACHE`, or else `martlet` in the user's cache.
    static var cache: String {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["MARTLET_CACHE"] { return folder.withHomeExpanded }
        if let folder = environment["XDG_CACHE_HOME"] { return folder + "/martlet" }
        return "~/.cache/martlet".withHomeExpanded
    }
}
