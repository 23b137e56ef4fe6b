extension StoryWorld {
    /// What the world's children and animals are called.
    public static let names: Set<String> = {
        let lexicon = StoryLibrary.shared.lexicon
        let children = lexicon.entries.filter { $0.tags.contains("child") }.map(\.word)
        let animals = ["names-she", "names-he"].compactMap { lexicon.listNumbers[$0] }.flatMap { lexicon.lists[$0] }
        return Set(children + animals.map { String(decoding: $0, as: UTF8.self) })
    }()
}
