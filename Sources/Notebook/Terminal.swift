import Foundation

/// The reader of a program that runs without a notebook: plain text on standard output.
struct Terminal: NotebookReader {
    /// Whether a person looks at standard output, so that a line can be written over.
    static let isWatched = isatty(STDOUT_FILENO) == 1

    func display(_ bundle: MIMEBundle, id: String?, updates: Bool) {
        guard updates, Terminal.isWatched, !bundle.plainText.contains("\n") else {
            print(bundle.plainText)
            return
        }
        // One line up, clear it, and write it again.
        print("\u{1B}[1A\u{1B}[2K\(bundle.plainText)")
    }

    func clearOutput(wait: Bool) {}

    func setNextInput(_ text: String) {}

    func readLine(prompt: String, hidden: Bool) throws -> String {
        print(prompt, terminator: "")
        fflush(nil)
        guard hidden, isatty(STDIN_FILENO) == 1 else { return Swift.readLine() ?? "" }
        var shown = termios()
        tcgetattr(STDIN_FILENO, &shown)
        var silent = shown
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSANOW, &shown)
            print()
        }
        return Swift.readLine() ?? ""
    }

    func stop(_ message: String) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(1)
    }

    func leave() -> Never {
        exit(130)
    }
}
