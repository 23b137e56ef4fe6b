import Foundation
import Kernel
import Testing

@Suite struct HistoryTests {
    let path = FileManager.default.temporaryDirectory.appending(path: "history-\(UUID().uuidString)/h.jsonl").path

    func request(_ json: String) throws -> HistoryRequest {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(HistoryRequest.self, from: Data(json.utf8))
    }

    func inputs(_ history: History, _ json: String) throws -> [String] {
        history.select(try request(json)).map(\.input)
    }

    @Test func sessionsFollowOneAnotherInTheFile() throws {
        let first = History(path: path)
        first.add(line: 1, input: "let a = 1", output: nil)
        first.add(line: 2, input: "a", output: "1")
        let second = History(path: path)
        second.add(line: 1, input: "let b = \"x\ny\"", output: nil)
        #expect(
            second.select(try request(#"{"hist_access_type": "tail", "n": 2}"#)) == [
                History.Entry(session: 1, line: 2, input: "a", output: "1"),
                History.Entry(session: 2, line: 1, input: "let b = \"x\ny\"", output: nil),
            ])
        #expect(
            try inputs(second, #"{"hist_access_type": "range", "session": -1, "start": 1, "stop": 2}"#) == ["let a = 1"]
        )
        #expect(try inputs(second, #"{"hist_access_type": "range", "session": 1}"#) == ["let a = 1", "a"])
        #expect(try inputs(second, #"{"hist_access_type": "range", "session": 0}"#) == ["let b = \"x\ny\""])
        let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
    }

    @Test func searchTakesPatternsAndLeavesOutRepetitions() throws {
        let history = History(path: nil)
        for (line, input) in ["print(1)", "x = 1", "print(1)", "print(2)"].enumerated() {
            history.add(line: line + 1, input: input, output: nil)
        }
        #expect(
            try inputs(history, #"{"hist_access_type": "search", "pattern": "print*"}"#) == [
                "print(1)", "print(1)", "print(2)",
            ])
        #expect(
            try inputs(history, #"{"hist_access_type": "search", "pattern": "print*", "unique": true}"#) == [
                "print(1)", "print(2)",
            ])
        #expect(try inputs(history, #"{"hist_access_type": "search", "pattern": "print(?)", "n": 1}"#) == ["print(2)"])
        #expect(try inputs(history, #"{"hist_access_type": "search", "pattern": "rint"}"#) == [])
        #expect(try inputs(history, #"{"hist_access_type": "unheard of"}"#) == [])
    }

    @Test func aSpoiledFileLosesOnlyItsSpoiledLines() throws {
        let first = History(path: path)
        first.add(line: 1, input: "good", output: nil)
        let file = try #require(FileHandle(forWritingAtPath: path))
        file.seekToEndOfFile()
        file.write(Data("{\"session\": 1, \"li\nnot json\n\u{7}".utf8) + Data([0xff, 0xfe, 0x0a]))
        let second = History(path: path)
        second.add(line: 1, input: "new", output: nil)
        #expect(try inputs(History(path: path), #"{"hist_access_type": "tail", "n": 9}"#) == ["good", "new"])
    }

    @Test(
        arguments: [
            (["MARTLET_HISTORY": ""], nil), (["MARTLET_HISTORY": "off", "HOME": "/h"], nil),
            (["MARTLET_HISTORY": "/x/y"], "/x/y"), (["HOME": "/h"], "/h/.local/share/martlet/history.jsonl"),
            (["HOME": "/h", "XDG_DATA_HOME": "/d"], "/d/martlet/history.jsonl"), ([:], nil),
        ] as [([String: String], String?)])
    func theEnvironmentMovesIt(environment: [String: String], path: String?) {
        #expect(History.path(in: environment) == path)
    }
}

@Suite struct GlobTests {
    @Test(arguments: [
        ("*", "", true), ("", "", true), ("", "a", false), ("a", "a", true), ("?", "é", true), ("?", "", false),
        ("a*c", "abbbc", true), ("a*c", "abbbcd", false), ("*b*", "abc", true), ("*a*b*c*", "xxaxxbxxcxx", true),
        ("**", "x\ny", true), ("[12]", "1", true), ("[12]", "3", false), ("[a-c]x", "bx", true), ("[a-c]", "-", false),
        ("[!a-c]", "d", true), ("[!a-c]", "b", false), ("[^a]", "a", false), ("[]x]", "]", true), ("[a-]", "-", true),
        ("[", "[", true), ("a[1", "a[1", true), ("[]", "[]", true), ("[!]", "[!]", true), ("[c-a]", "b", false),
        ("let [ab] = *", "let b = 1", true), ("[*]", "*", true), ("[*]", "a", false),
    ])
    func fits(pattern: String, text: String, expected: Bool) {
        #expect(Glob(pattern).matches(text) == expected)
    }

    @Test func aHostilePatternEnds() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(!Glob(pattern).matches(String(repeating: "a", count: 20_000)))
    }
}
