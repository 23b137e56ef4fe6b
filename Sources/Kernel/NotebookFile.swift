import Cells
import FoundationEssentials
import Glibc

/// Why a file cannot be read or written, in one sentence.
struct FileComplaint: Error {
    let message: String
}

/// A file of Swift that `%load` reads or `%save` writes.
struct NotebookFile {
    let path: String
    private let magic: String
    private let name: String

    /// The first line of a saved session, by which it is known again.
    private static let title = "// The cells of a Martlet session."
    /// What `%load` reads at most, in bytes.
    private static let largest = 1 << 20

    /// - Parameter folder: where relative paths begin.
    init(_ argument: String, in folder: String, magic: String) throws(FileComplaint) {
        let quote = argument.first.flatMap {
            "\"'".contains($0) && argument.count > 1 && argument.last == $0 ? $0 : nil
        }
        name = quote == nil ? argument : String(argument.dropFirst().dropLast())
        guard !name.isEmpty else { throw FileComplaint(message: "\(magic) needs a file: `\(magic) cells.swift`.") }
        self.magic = magic
        let home = FileManager.default.homeDirectoryForCurrentUser.path
        path = name.hasPrefix("~/") ? home + name.dropFirst() : name.hasPrefix("/") ? name : "\(folder)/\(name)"
    }

    /// What is in the file.
    func text() throws(FileComplaint) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { throw complaint(because: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw complaint("'\(name)' is not a file.") }
        guard status.st_size <= Self.largest else { throw complaint("'\(name)' is too large for a cell.") }
        guard access(path, R_OK) == 0 else { throw complaint(because: errno) }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw complaint("'\(name)' is not text in UTF-8.")
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Writes cells one after another; a file that is no saved session stays as it is.
    func save(_ cells: [(number: Int, text: String)]) throws(FileComplaint) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw complaint("'\(name)' is not a file.") }
            guard let present = try? String(contentsOfFile: path, encoding: .utf8), present.hasPrefix(Self.title) else {
                throw complaint("'\(name)' is there already and is no saved session; choose another name.")
            }
        }
        let texts = cells.map { "// In[\($0.number)]\n\(Self.withoutMagics($0.text))\n" }
        do {
            try ([Self.title + "\n"] + texts).joined(separator: "\n").write(
                toFile: path, atomically: true, encoding: .utf8)
        } catch {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            throw access(folder, W_OK) == 0 ? complaint("'\(name)' cannot be written.") : complaint(because: errno)
        }
    }

    /// A cell as the compiler would take it: of the magics at its beginning remains the code that they run.
    private static func withoutMagics(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for index in lines.indices where !lines[index].allSatisfy(\.isWhitespace) {
            guard lines[index].drop(while: \.isWhitespace).first == "%" else { break }
            let magic = MagicText(lines[index]).magics.first
            let code = ["time", "fast"].contains(magic?.name) ? magic?.argument ?? "" : ""
            lines[index] = code.isEmpty ? "// " + lines[index] : code
        }
        return lines.joined(separator: "\n")
    }

    private func complaint(_ words: String) -> FileComplaint { FileComplaint(message: "\(magic): \(words)") }

    private func complaint(because number: Int32) -> FileComplaint {
        switch number {
        case ENOENT, ENOTDIR: complaint("there is no \(magic == "%save" ? "folder for" : "file") '\(name)'.")
        case EACCES, EPERM, EROFS: complaint("you have no right to \(magic == "%save" ? "write" : "read") '\(name)'.")
        default: complaint("'\(name)': \(String(cString: strerror(number))).")
        }
    }
}
