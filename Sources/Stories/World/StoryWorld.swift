/// A world of children, animals and things that tells short stories in simple English.
///
/// Who is in a story, what they wish for, what goes wrong and how it ends follow from the seed and the story's number;
/// whatever is told stays true until the story changes it.
///
/// ```swift
/// let world = StoryWorld(seed: 1)
/// let told = world.tell(0)
/// told.story                                  // the text
/// told.truth.holders                          // who holds what at the end
/// world.prompts(.context, count: 20)          // beginnings with right and wrong answers
/// ```
public struct StoryWorld: Hashable, Sendable {
    /// What all stories follow from.
    public let seed: UInt64

    /// A world.
    public init(seed: UInt64 = 0) { self.seed = seed }

    /// The text of the story of a number.
    public func story(_ number: Int) -> Story { Story(teller(number).told) }

    /// The story of a number with all that is true in it.
    public func tell(_ number: Int) -> ToldStory {
        let teller = teller(number)
        let story = Story(teller.told)
        return ToldStory(
            story: story, plot: teller.script.name, truth: teller.truth, record: teller.record(of: story),
            prompts: teller.prompts)
    }

    /// Beginnings of stories that break off where only some words can follow, one a story.
    ///
    /// They come from stories that `Corpus.storyWorld` does not hold, so that nobody has learned them by heart.
    public func prompts(_ kind: StoryPrompt.Kind, count: Int) -> [StoryPrompt] {
        var prompts: [StoryPrompt] = []
        var number = StoryWorld.firstHeldStory
        while prompts.count < count {
            let found = teller(number).prompts.filter { $0.kind == kind }
            if !found.isEmpty { prompts.append(found[number % found.count]) }
            number += 1
        }
        return prompts
    }

    /// Stories from here on are kept for questions.
    static let firstHeldStory = 1 << 40

    private func teller(_ number: Int) -> StoryTeller {
        let library = StoryLibrary.shared
        var chance = SeededGenerator(seed: seed, stream: UInt64(bitPattern: Int64(number)))
        let script = library.scripts[chance.below(library.scripts.count)]
        var teller = StoryTeller(script, lexicon: library.lexicon, chance: chance)
        teller.tell()
        return teller
    }
}

/// All plots and words of the story world, read once.
package struct StoryLibrary: Sendable {
    let lexicon: StoryLexicon
    package let scripts: [StoryScript]
    /// A digest of all texts: when the world changes, token files of its stories are made again.
    let digest: Digest

    static let shared: StoryLibrary = {
        do {
            return try StoryLibrary()
        } catch {
            // The texts are part of the program, and a test reads them all.
            preconditionFailure("the story world: \(error)")
        }
    }()

    package init() throws(StoryScriptError) {
        lexicon = try StoryLexicon(lists: StoryWords.lists, sections: StoryWords.sections)
        var scripts: [StoryScript] = []
        for source in StoryPlots.all { scripts.append(try StoryScript(source, lexicon: lexicon)) }
        self.scripts = scripts
        var digest = Digest(of: "story world")
        let texts = [StoryWords.lists] + StoryWords.sections.map(\.1) + StoryPlots.all
        for text in texts + StoryFragments.all.values.sorted() { digest.combine(Array(text.utf8)) }
        self.digest = digest
    }
}
