/// Reads the records of TinyStoriesInstruct out of the text between two separators.
///
/// The fields stand in any order, and a summary may follow its story. Where a separator is missing, several records run
/// together: a field that comes a second time, or that follows a story, begins the next record.
struct InstructionParser {
    private enum Field: String, CaseIterable {
        case features = "Features:"
        case words = "Words:"
        case summary = "Summary:"
        case randomSentence = "Random sentence:"
        case story = "Story:"
    }

    /// What could not be made into a record, and in which line of the text.
    struct Problem: Hashable {
        let line: Int
        let reason: String
    }

    private(set) var records: [InstructionRecord] = []
    private(set) var problems: [Problem] = []
    private var open: [(field: Field, value: String, line: Int)] = []

    init(_ text: String) {
        let fields = Self.fields(of: text, problems: &problems)
        for (index, field) in fields.enumerated() {
            let hasStory = open.contains { $0.field == .story }
            let isTaken = open.contains { $0.field == field.field }
            let moreStories = fields[(index + 1)...].contains { $0.field == .story } || field.field == .story
            if hasStory {
                // Behind a story only its own summary may stand, unless no other story follows.
                if isTaken || (moreStories && field.field != .summary) { close() }
            } else if isTaken, let place = open.firstIndex(where: { $0.field == field.field }) {
                // The earlier field is what is left of a record that lost its story.
                problems.append(Problem(line: open[0].line, reason: "a record has no story"))
                open.removeSubrange(...place)
            }
            open.append(field)
        }
        close()
    }

    private mutating func close() {
        defer { open = [] }
        guard let first = open.first else { return }
        func value(_ field: Field) -> String? { open.first { $0.field == field }?.value }
        func list(_ field: Field) -> [String] {
            (value(field) ?? "").split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        }
        guard let story = value(.story), !story.isEmpty else {
            problems.append(Problem(line: first.line, reason: "a record has no story"))
            return
        }
        records.append(
            InstructionRecord(
                features: list(.features), words: list(.words), summary: value(.summary),
                randomSentence: value(.randomSentence), story: Story(story)))
    }

    private static func fields(
        of text: String, problems: inout [Problem]
    ) -> [(field: Field, value: String, line: Int)] {
        var fields: [(field: Field, value: String, line: Int)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let field = Field.allCases.first(where: { line.hasPrefix($0.rawValue) }) {
                fields.append((field, line.dropFirst(field.rawValue.count).trimmed, number + 1))
            } else if let last = fields.indices.last {
                fields[last].value += "\n" + line
            } else if !line.trimmed.isEmpty, problems.isEmpty {
                problems.append(Problem(line: number + 1, reason: "text stands before the first field"))
            }
        }
        for index in fields.indices { fields[index].value = fields[index].value.trimmed }
        return fields
    }
}
