import Glibc

/// Turns places in machine code into lines of cells, by the toolchain's symbolizer.
package struct LineTable: Sendable {
    /// A line of a cell.
    package struct Line: Hashable, Sendable {
        /// The module of the cell.
        package let module: String
        package let line: Int
        /// In bytes of the text that the compiler saw, from 1.
        package let column: Int
        /// The function, as a person would write it; nil for the cell's own statements, whatever they are wrapped in.
        package let function: String?
        /// What the compiler noted about code that traps without a message, such as "arithmetic overflow".
        package var reason: String?
    }

    private let symbolizer: String

    package init(toolchain: Toolchain) { symbolizer = toolchain.symbolizer }

    /// The lines of some places, innermost first; calls that were inlined count. Places without a line are left out.
    ///
    /// - Parameter reached: the line that counts where none of the places has one.
    package func lines(of places: [(library: String, offset: UInt64)], else reached: Line? = nil) -> [Line] {
        guard !places.isEmpty else { return [reached].compactMap { $0 } }
        let queries = places.map { "\"\($0.library)\" 0x\(String($0.offset, radix: 16))" }
        let output = Subprocess().run(symbolizer, ["--demangle", "--inlines", "--basenames"] + queries).output
        var lines: [Line] = []
        var reason: String?
        var names = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while names.count >= 2 {
            let function = names.removeFirst()
            if function.isEmpty { continue }
            let place = names.removeFirst().split(separator: ":")
            if function.hasPrefix(Self.runtimeFailure) {
                reason = String(function.dropFirst(Self.runtimeFailure.count))
                continue
            }
            guard place.count == 3, let line = Int(place[1]), let column = Int(place[2]), line > 0,
                place[0].hasPrefix("Cell_")
            else { continue }
            // The optimizer names some code by the file that the compiler read, whose name only begins with the module's.
            let module = String(place[0].prefix { $0 != "." })
            lines.append(
                Line(
                    module: module, line: line, column: column,
                    function: function.hasSuffix("_main") ? nil : Self.plain(function, module: module),
                    reason: reason))
            reason = nil
        }
        if lines.isEmpty, var reached {
            reached.reason = reason
            lines.append(reached)
        }
        return lines
    }

    private static let runtimeFailure = "Swift runtime failure: "

    /// A function's name as a person writes it: `deep(_:)`.
    private static func plain(_ function: Substring, module: String) -> String? {
        guard let name = swift_demangle(String(function), function.utf8.count, nil, nil, 0) else {
            return String(function)
        }
        defer { free(name) }
        var text = String(cString: name).replacing("\(module).", with: "").replacing("Swift.", with: "")
        // What is private to a cell is named with the digest of its file.
        text.replace(#/\((\S+) in _[0-9A-F]{32}\)/#) { $0.1 }
        if let result = text.firstRange(of: " -> ") { text = String(text[..<result.lowerBound]) }
        return text.wholeMatch(of: #/closure #\d+ @MainActor @Sendable \(\)( throws)?/#) == nil ? text : nil
    }
}

/// The runtime's demangler.
@_silgen_name("swift_demangle")
private func swift_demangle(
    _ name: UnsafePointer<CChar>, _ length: Int, _ buffer: UnsafeMutablePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
