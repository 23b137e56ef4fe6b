import Foundation
import Stories
import Testing

@Suite struct InstructionTests {
    private func records(_ text: String) throws -> (records: [InstructionRecord], problems: [String]) {
        let file = try TemporaryFile(text)
        let corpus = try Corpus(instructions: file.path)
        return (Array(corpus.records), corpus.problems.map { "\($0)".replacing(file.path, with: "FILE") })
    }

    @Test func fieldsStandInAnyOrder() throws {
        let (records, problems) = try records(
            """
            Summary: Lily runs.
            Words: run, red, sun
            Features: Dialogue, Twist
            Random sentence: The sun was red.
            Story:

            Lily ran.

            The sun was red.
            <|endoftext|>
            Words: a, b
            Story:
            Ben sat.
            Summary: Ben sits.
            """)
        #expect(problems.isEmpty)
        #expect(
            records == [
                InstructionRecord(
                    features: ["Dialogue", "Twist"], words: ["run", "red", "sun"], summary: "Lily runs.",
                    randomSentence: "The sun was red.", story: "Lily ran.\n\nThe sun was red."),
                InstructionRecord(words: ["a", "b"], summary: "Ben sits.", story: "Ben sat."),
            ])
    }

    @Test func recordsThatRunTogetherAreSplit() throws {
        let (records, problems) = try records(
            """
            Features: Dialogue
            Story:
            One.
            Summary: The first.
            Words: x
            Summary: The second.
            Story:
            Two.
            Words: y
            Story:
            Three.
            """)
        #expect(problems.isEmpty)
        #expect(records.map(\.story.text) == ["One.", "Two.", "Three."])
        #expect(records.map(\.summary) == ["The first.", "The second.", nil])
        #expect(records.map(\.words) == [[], ["x"], ["y"]])
    }

    @Test func aBrokenRecordIsNamedAndLeftOut() throws {
        let (records, problems) = try records(
            """
            Words: a
            Story:
            One.
            <|endoftext|>
            Summary: Lost.
            Words: b
            Summary: Found.
            Story:
            Two.
            <|endoftext|>
            Features: Dialogue
            """)
        #expect(records.map(\.summary) == [nil, "Found."])
        #expect(records.map(\.words) == [["a"], ["b"]])
        #expect(
            problems == [
                "FILE:5: a record has no story and is left out.", "FILE:11: a record has no story and is left out.",
            ])
    }

    @Test(
        .enabled(if: data("tinystories-instruct/train-samples.txt") != nil, "MARTLET_DATA has no tinystories-instruct"))
    func realRecordsAreRead() throws {
        let corpus = try Corpus(instructions: #require(data("tinystories-instruct/train-samples.txt")))
        let records = Array(corpus.records)
        #expect(corpus.problems.isEmpty)
        #expect(records.count == 6)
        #expect(records.allSatisfy { $0.words.count == 3 && $0.story.text.count > 300 })
        #expect(Array(Corpus(records.map { Story($0.text) }).records) == records)
    }
}
