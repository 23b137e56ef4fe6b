import Foundation

/// The reader of a program that runs without a notebook: plain text on standard output.
struct Terminal: NotebookReader {
    func display(_ bundle: MIMEBundle, id: String?, updates: Bool) {
        print(bundle.plainText)
    }

    func clearOutput(wait: Bool) {}

    func setNextInput(_ text: String) {}

    func readLine(prompt: String, hidden: Bool) throws -> String {
        print(prompt, terminator: "")
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
