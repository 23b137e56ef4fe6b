import Martlet
import Testing

@Suite struct KeptNamesTests {
    @Test func theWorldsOwnStoriesKeepToTheirPeople() {
        let world = StoryWorld(seed: 3)
        let kept = KeptNames(in: (0..<1_000).map { world.story($0).text })
        #expect(kept.texts > 980)
        #expect(kept.heroesKept > 0.98 && kept.mentionsKept > 0.98)
        #expect((1.5...3).contains(kept.namesPerText))
    }

    @Test func namesThatChangeAreNoticed() {
        let kept = KeptNames(in: [
            "Lily had a ball. Lily's ball was red. Then Tom saw it, and Tom took it. Lily cried.",
            "Lily had a ball. Mia's ball was red. Then Tom saw it, and Sam took it. Anna cried.",
            "Nobody was there.",
        ])
        #expect(kept.texts == 2 && kept.namesPerText == 3.5)
        #expect(kept.heroesKept == 0.5 && kept.mentionsKept == 0.5)
        #expect(kept.description.hasPrefix("50 % of 2 texts"))
    }

    @Test func noNameIsAWordThatBeginsASentence() {
        for word in ["Will", "May", "Hope", "Joy", "Then", "Mom", "Dad"] { #expect(!StoryWorld.names.contains(word)) }
        #expect(StoryWorld.names.isSuperset(of: ["Lily", "Omar", "Rusty", "Misty"]))
    }
}
