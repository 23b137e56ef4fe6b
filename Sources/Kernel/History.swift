import FoundationEssentials
import Glibc
import Synchronization

/// What was run, in this session and in earlier ones, kept in a file of JSON lines that only its owner can read.
///
/// The file is read when it is first needed, so that it does not make the kernel's start longer.
package final class History: Sendable {
    /// One cell that was run.
    package struct Entry: Codable, Hashable, Sendable {
        package var session: Int
        package var line: Int
        package var input: String
        package var output: String?

        package init(session: Int, line: Int, input: String, output: String?) {
            (self.session, self.line) = (session, line)
            (self.input, self.output) = (input, output)
        }
    }

    private struct State {
        var entries: [Entry] = []
        var session = 0
        var isLoaded = false
    }

    /// How many entries of earlier sessions are kept.
    static let capacity = 10_000

    private let path: String?
    private let state = Mutex(State())

    /// A history in a file; without one it ends with the kernel.
    package init(path: String?) {
        self.path = path
    }

    /// The file that the environment names in `MARTLET_HISTORY` (empty or `off` for none), else one in the data folder.
    package static func path(in environment: [String: String]) -> String? {
        switch environment["MARTLET_HISTORY"] {
        case "", "off": return nil
        case let path?: return path
        case nil:
            guard let home = environment["XDG_DATA_HOME"] ?? environment["HOME"].map({ $0 + "/.local/share" }) else {
                return nil
            }
            return home + "/martlet/history.jsonl"
        }
    }

    /// Adds a cell that was run.
    package func add(line: Int, input: String, output: String?) {
        state.withLock { state in
            load(&state)
            let entry = Entry(session: state.session, line: line, input: input, output: output)
            state.entries.append(entry)
            append([entry])
        }
    }

    /// The entries that a request asks for, with the number of the present session.
    package func select(_ request: HistoryRequest) -> [Entry] {
        state.withLock { state in
            load(&state)
            return request.select(from: state.entries, session: state.session)
        }
    }

    private func load(_ state: inout State) {
        guard !state.isLoaded else { return }
        state.isLoaded = true
        state.session = 1
        guard let path, let file = open(path) else { return }
        defer { close(file) }
        // Two kernels that start at once must not take the same number.
        flock(file, LOCK_EX)
        let text = String(decoding: (try? Data(contentsOf: URL(filePath: path))) ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        let decoder = JSONDecoder()
        state.entries = lines.suffix(Self.capacity).compactMap { try? decoder.decode(Entry.self, from: Data($0.utf8)) }
        state.session = (state.entries.map(\.session).max() ?? 0) + 1
        if lines.count > 2 * Self.capacity {
            ftruncate(file, 0)
            write(state.entries, to: file)
        }
        // The number is taken by an entry without a line; it is not part of any answer.
        write([Entry(session: state.session, line: 0, input: "", output: nil)], to: file)
        state.entries.removeAll { $0.line == 0 }
    }

    private func append(_ entries: [Entry]) {
        guard let path, let file = open(path) else { return }
        defer { close(file) }
        flock(file, LOCK_EX)
        write(entries, to: file)
    }

    private func open(_ path: String) -> Int32? {
        let folder = URL(filePath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        fchmod(file, 0o600)
        return file
    }

    private func write(_ entries: [Entry], to file: Int32) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        var lines = Data()
        for entry in entries {
            guard let line = try? encoder.encode(entry) else { continue }
            lines += line + Data("\n".utf8)
        }
        lines.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
