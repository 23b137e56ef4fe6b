import Foundation

/// Stories in a JSON file: a list of them (`.json`), or one a line (`.jsonl`).
///
/// A story is a text, or an object with the text under `story`, `text` or `content`.
struct JSONFile: StorySource {
    private let lines: SeparatedFile
    private let isList: Bool

    init(_ path: String) throws(CorpusError) {
        lines = try SeparatedFile(path, separator: "\n")
        // A list may stand on one line or on many, so that it is read as a whole; lines are read in parts.
        isList = lines.file.bytes[lines.beginning...].first { !$0.isASCIIWhiteSpace } == UInt8(ascii: "[")
    }

    var partCount: Int { isList ? 1 : lines.partCount }
    var digest: UInt64 { lines.digest }

    func read(part: Int, story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        if isList {
            readList(story: story, problem: problem)
        } else {
            lines.read(part: part) { read($0, at: $1, story: story, problem: problem) }
        }
    }

    private func read(
        _ json: UnsafeRawBufferPointer, at offset: Int, story: (UnsafeRawBufferPointer) -> Void,
        problem: (CorpusError) -> Void
    ) {
        do {
            guard let base = json.baseAddress else { return }
            let data = Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: json.count, deallocator: .none)
            var text = try JSONDecoder().decode(JSONStory.self, from: data).text
            text.withUTF8 {
                let trimmed = UnsafeRawBufferPointer($0).trimmingWhiteSpace
                if !trimmed.isEmpty { story(trimmed) }
            }
        } catch {
            problem(
                .malformed(
                    path: lines.file.path, line: lines.line(at: offset),
                    reason: "this is no story: neither a text nor an object with a story, text or content"))
        }
    }

    /// Finds the elements of the list by its brackets, and reads one after another.
    private func readList(story: (UnsafeRawBufferPointer) -> Void, problem: (CorpusError) -> Void) {
        let bytes = lines.file.bytes
        var depth = 0
        var isText = false
        var start: Int?
        var place = 0
        func close(_ end: Int) {
            if let begin = start {
                let element = UnsafeRawBufferPointer(rebasing: bytes[begin..<end]).trimmingWhiteSpace
                read(element, at: begin, story: story, problem: problem)
            }
            start = nil
        }
        while place < bytes.count {
            let byte = bytes[place]
            if isText {
                if byte == UInt8(ascii: "\\") { place += 1 } else if byte == UInt8(ascii: "\"") { isText = false }
            } else {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    if depth == 1, start == nil { start = place }
                    depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    depth -= 1
                    if depth == 0 { close(place) }
                case UInt8(ascii: ",") where depth == 1: close(place)
                default:
                    if depth == 1, start == nil, !byte.isASCIIWhiteSpace { start = place }
                    if byte == UInt8(ascii: "\"") { isText = true }
                }
            }
            place += 1
        }
        if depth != 0 {
            problem(
                .malformed(
                    path: lines.file.path, line: lines.line(at: bytes.count), reason: "the list has no end"))
        }
    }
}

/// A story as JSON files have it.
private struct JSONStory: Decodable {
    let text: String

    enum CodingKeys: String, CodingKey { case story, text, content }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.text = text
            return
        }
        let values = try decoder.container(keyedBy: CodingKeys.self)
        text =
            try values.decodeIfPresent(String.self, forKey: .story)
            ?? values.decodeIfPresent(String.self, forKey: .text) ?? values.decode(String.self, forKey: .content)
    }
}
