import Foundation
import Martlet

/// Opening and tokenizing a file of stories, and the memory that it takes: `--stories FILE --vocabulary 4096`.
func benchmarkCorpus(_ options: Options) throws {
    let path = options.text("stories", default: "stories.txt")
    let start = wallSeconds()
    let corpus = try Corpus(path)
    let first = corpus.first { _ in true }
    let opened = wallSeconds()
    let recipe = BytePairTraining(vocabulary: options.integer("vocabulary", default: 4096))
    let tokenizer = try recipe.tokenizer(for: corpus)
    let learned = wallSeconds()
    let tokens = try corpus.tokenized(by: tokenizer)
    let done = wallSeconds()
    report([
        "seconds_to_the_first_story": opened - start, "seconds_to_learn_a_tokenizer": learned - opened,
        "seconds_to_tokenize": done - learned, "stories": tokens.count, "tokens": tokens.tokenCount,
        "peak_megabytes": peakResidentBytes() / 1_000_000, "first_story_bytes": first?.text.utf8.count ?? 0,
    ])
}

/// Stories of the story world, with `<|endoftext|>` between them.
func printStories(_ options: Options) {
    let world = StoryWorld(seed: UInt64(options.integer("seed", default: 7)))
    for number in 0..<options.integer("count", default: 100) {
        print(world.story(number).text, terminator: "\n<|endoftext|>\n")
    }
}
