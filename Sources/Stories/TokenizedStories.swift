import Foundation

/// Stories as token ids, and the tokenizer that gave them.
public struct TokenizedStories: Sendable {
    /// What turned the stories into ids.
    public let tokenizer: any Tokenizer
    let file: TokenFile
    /// The numbers of these stories in the file.
    let members: [Int32]

    private init(file: TokenFile, tokenizer: any Tokenizer, members: [Int32]) {
        self.file = file
        self.tokenizer = tokenizer
        self.members = members
    }

    init(_ file: TokenFile, tokenizer: any Tokenizer, corpus: String) throws(CorpusError) {
        guard file.storyCount > 0 else { throw .empty(path: corpus) }
        self.init(file: file, tokenizer: tokenizer, members: Array(0..<Int32(file.storyCount)))
    }

    /// How many stories there are.
    public var count: Int { members.count }

    /// How many ids the stories have together, without those that stand between stories.
    public var tokenCount: Int { members.reduce(0) { $0 + file.range(of: Int($1)).count } }

    /// How many bytes of text the ids stand for: what bits per byte are counted over.
    public var byteCount: Int {
        let lengths = (0..<Int32(tokenizer.vocabularySize)).map { tokenizer.bytes(of: $0).count }
        return (0..<count).reduce(0) { total, story in tokens(of: story).reduce(total) { $0 + lengths[Int($1)] } }
    }

    /// A number that differs between other stories, other ids and another order.
    package var digest: UInt64 {
        var digest = Digest()
        digest.combine(file.header.corpusDigest)
        digest.combine(file.header.tokenizerDigest)
        members.withUnsafeBytes { digest.combine($0) }
        return digest.value
    }

    /// The ids of a story, by its place among these.
    public func tokens(of story: Int) -> [Int32] {
        var ids: [Int32] = []
        append(story, to: &ids)
        return ids
    }

    func append(_ story: Int, to ids: inout [Int32]) {
        file.append(Int(members[story]), to: &ids)
    }

    /// The stories as text, decoded when they are read.
    public var stories: DecodedStories { DecodedStories(tokens: self) }

    /// Parts of the stories, of which none stands in both: stories of the same words stay together.
    ///
    /// - Parameters:
    ///   - validation: the share of distinct stories that is held out, in 0...1.
    ///   - seed: which of them.
    public func split(
        validation: Double, seed: UInt64 = 0
    ) -> (training: TokenizedStories, validation: TokenizedStories) {
        let digests = members.map { Digest.mix(file.digest(of: Int($0)) ^ seed, 0x9E37_79B9_7F4A_7C15) }
        let distinct = Set(digests).sorted()
        let wanted = Int((Double(distinct.count) * min(max(validation, 0), 1)).rounded())
        // The held stories are those of the smallest digests, which are as good as random and the same every time.
        let limit = wanted == 0 ? nil : distinct[wanted - 1]
        func part(_ isMember: (UInt64) -> Bool) -> TokenizedStories {
            let chosen = zip(members, digests).filter { isMember($1) }.map(\.0)
            return TokenizedStories(file: file, tokenizer: tokenizer, members: chosen)
        }
        guard let limit else { return (self, part { _ in false }) }
        return (part { $0 > limit }, part { $0 <= limit })
    }
}

extension TokenizedStories: CustomStringConvertible {
    public var description: String {
        let recipe = tokenizer is any CustomStringConvertible ? "\(tokenizer)" : "\(type(of: tokenizer))"
        return "\(count) stories, \(tokenCount) tokens of \(recipe)"
    }
}

/// Stories that are decoded from their ids when they are read.
public struct DecodedStories: RandomAccessCollection, Sendable {
    let tokens: TokenizedStories

    public var startIndex: Int { 0 }
    public var endIndex: Int { tokens.count }
    public subscript(index: Int) -> Story { Story(tokens.tokenizer.decode(tokens.tokens(of: index))) }
}
