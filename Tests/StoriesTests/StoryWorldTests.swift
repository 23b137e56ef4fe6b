import Stories
import Testing

@Suite struct StoryWorldTests {
    let world = StoryWorld(seed: 11)

    @Test func everyPlotAndWordCanBeRead() throws {
        let library = try StoryLibrary()
        #expect(library.scripts.count == StoryPlots.all.count)
        #expect(Set(library.scripts.map(\.name)).count == library.scripts.count)
    }

    @Test func aStoryFollowsFromItsNumber() {
        for number in [0, 7, 49_999] { #expect(world.story(number) == StoryWorld(seed: 11).story(number)) }
        #expect(world.story(0) != world.story(1))
        #expect(world.tell(3).story == world.story(3))
    }

    @Test func fiftyThousandStoriesHoldNoDuplicate() throws {
        #expect(try Corpus.storyWorld(count: 50_000, seed: 5).statistics().duplicates == 0)
    }

    @Test func theVocabularyIsSmall() throws {
        let vocabulary = try Corpus.storyWorld(count: 20_000).statistics().vocabulary
        #expect((1_200...2_000).contains(vocabulary))
    }

    @Test func everyStoryIsWrittenProperly() {
        let broken = ["  ", " .", " ,", "..", "{", "}", "[", "]", "|", "\n\n", " a a ", " the the "]
        for number in 0..<3_000 {
            let text = world.story(number).text
            #expect(!broken.contains(where: text.contains), "\(text)")
            #expect(text.filter { $0 == "\"" }.count % 2 == 0, "\(text)")
            #expect(text.first?.isUppercase == true || text.first == "\"")
            #expect(text.last.map { ".!?\"".contains($0) } == true, "\(text.suffix(40))")
        }
    }

    @Test func recordsAreTrueOfTheirStories() {
        var words = 0
        for number in 0..<500 {
            let told = world.tell(number)
            let text = told.story.text.lowercased()
            for word in told.record.words { #expect(text.contains(word), "\(word): \(text)") }
            words += told.record.words.count
            #expect(told.record.features.contains("Dialogue") == text.contains("\""))
            #expect(told.record.randomSentence.map { told.story.text.contains($0) } == true)
            #expect(told.record.summary?.hasSuffix(".") == true)
        }
        #expect(words > 1_200)
    }

    @Test func everyThingIsInOnePlace() {
        for number in 0..<1_000 {
            let truth = world.tell(number).truth
            #expect(Set(truth.holders.keys).isDisjoint(with: truth.whereabouts.keys))
            #expect(Set(truth.holders.keys).isDisjoint(with: truth.gone))
            for (thing, holder) in truth.holders { #expect(!thing.isEmpty && !holder.isEmpty) }
        }
    }

    @Test func theTruthReadsAsWhatIsTrue() {
        var truth = StoryTruth()
        truth.places = ["Tom": "in the park", "Ann": "at home"]
        truth.holders = ["kite": "Ann"]
        truth.gone = ["cake"]
        truth.causes = [.init(cause: "the wind blew", effect: "the kite flew away")]
        #expect(
            "\(truth)" == """
                Ann: at home
                Tom: in the park
                kite: with Ann
                cake: gone
                the wind blew, so the kite flew away
                """)
    }

    @Test(arguments: StoryPrompt.Kind.allCases)
    func promptsHaveRightAndWrongAnswers(_ kind: StoryPrompt.Kind) {
        let prompts = world.prompts(kind, count: 100)
        #expect(prompts.count == 100)
        for prompt in prompts {
            #expect(!prompt.right.isEmpty && !prompt.wrong.isEmpty)
            #expect(Set(prompt.right).isDisjoint(with: prompt.wrong))
            #expect(prompt.judge(" " + prompt.right[0] + ". And then") == true)
            #expect(prompt.judge(" " + prompt.wrong[0]) == false)
            #expect(prompt.judge("zzz") == nil)
        }
    }

    @Test func promptsComeFromStoriesThatNobodyLearned() {
        let learned = Set((0..<2_000).map { world.story($0).text })
        for prompt in world.prompts(.context, count: 50) {
            #expect(!learned.contains { $0.hasPrefix(prompt.text) && prompt.text.count > 300 })
        }
    }
}
