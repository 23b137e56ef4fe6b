import Foundation
import Stories

/// Whether texts go on to tell of those whom they began to tell of: what a model that only sounds right does not manage.
///
/// ```swift
/// KeptNames(in: model.stories(count: 50, sampling: .topP(0.95, temperature: 0.7)).map(\.text))
/// ```
public struct KeptNames: Hashable, Sendable, Codable {
    /// How many texts name somebody.
    public let texts: Int
    /// How many different names such a text has.
    public let namesPerText: Double
    /// The share of these texts that name again in their last third whom they named first, from 0 to 1.
    public let heroesKept: Double
    /// The share of all mentions that name somebody whom the text names more than once, from 0 to 1.
    public let mentionsKept: Double

    /// Looks for names in texts.
    ///
    /// - Parameter names: what people are called; those of the story world, if they are left out.
    public init(in texts: some Sequence<String>, names: Set<String> = StoryWorld.names) {
        var (count, different, heroes, mentions, again) = (0, 0, 0, 0, 0)
        for text in texts {
            let words = text.split { !$0.isLetter }
            let places = words.indices.filter { names.contains(String(words[$0])) }
            guard let first = places.first else { continue }
            let times = Dictionary(grouping: places) { words[$0] }.mapValues(\.count)
            count += 1
            different += times.count
            mentions += places.count
            again += times.values.filter { $0 > 1 }.reduce(0, +)
            let returns = places.contains { $0 * 3 >= words.count * 2 && words[$0] == words[first] }
            heroes += returns ? 1 : 0
        }
        self.texts = count
        namesPerText = Double(different) / Double(max(1, count))
        heroesKept = Double(heroes) / Double(max(1, count))
        mentionsKept = Double(again) / Double(max(1, mentions))
    }
}

extension KeptNames: CustomStringConvertible {
    public var description: String {
        String(
            format:
                "%.0f %% of %d texts end with whom they began, %.1f names a text, %.0f %% of the mentions are kept",
            heroesKept * 100, texts, namesPerText, mentionsKept * 100)
    }
}
