import Foundation
import Stories

/// Models of the Hugging Face hub, or of a mirror that `HF_ENDPOINT` names, kept in the cache.
struct ModelHub {
    /// The model's name: `openai-community/gpt2`.
    let name: String
    /// A branch, a tag or a commit.
    let revision: String

    /// The model's folder in the cache, after fetching what is not there. A cut download goes on where it stopped.
    func folder() throws(CheckpointError) -> String {
        let parts = name.split(separator: "/")
        guard parts.count == 2, parts.allSatisfy({ $0 != ".." && $0.allSatisfy(Self.isAllowed) }),
            revision.allSatisfy(Self.isAllowed)
        else {
            throw CheckpointError(.unreadable(reason: "a model of the hub is named owner/model"), file: name)
        }
        let folder = "\(StoryFolder.cache)/models/\(parts.joined(separator: "--"))/\(revision)"
        try fetch("config.json", to: folder)
        if (try? fetch("tokenizer.json", to: folder)) == nil {
            // Without a tokenizer the model still reads ids.
            _ = (try? fetch("vocab.json", to: folder), try? fetch("merges.txt", to: folder))
        }
        do {
            try fetch(Safetensors.fileName, to: folder)
        } catch {
            // A model in shards has an index instead; where there is none either, the first reason counts.
            guard (try? fetch(Safetensors.indexName, to: folder)) != nil else { throw error }
            for shard in try Safetensors.shards(of: folder + "/" + Safetensors.indexName) {
                try fetch(shard, to: folder)
            }
        }
        return folder
    }

    private static func isAllowed(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }

    private func fetch(_ file: String, to folder: String) throws(CheckpointError) {
        let path = "\(folder)/\(file)"
        if FileManager.default.fileExists(atPath: path) { return }
        let endpoint = ProcessInfo.processInfo.environment["HF_ENDPOINT"] ?? "https://huggingface.co"
        guard let url = URL(string: "\(endpoint)/\(name)/resolve/\(revision)/\(file)") else {
            throw CheckpointError(.unreadable(reason: "\(endpoint) is no address"), file: name)
        }
        do { try Download(url, to: path).run() } catch {
            throw CheckpointError(.unreadable(reason: "\(error)"), file: url.absoluteString)
        }
    }
}
