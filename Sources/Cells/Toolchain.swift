import FoundationEssentials
import Glibc

/// The Swift toolchain that built this program: cells must be compiled by the very same one.
package struct Toolchain: Hashable, Sendable {
    /// The folder that holds `bin` and `lib`.
    package let root: String

    package var frontend: String { "\(root)/bin/swift-frontend" }
    package var symbolizer: String { "\(root)/bin/llvm-symbolizer" }
    package var formatter: String { "\(root)/bin/swift-format" }
    package var packageManager: String { "\(root)/bin/swift-package" }
    /// The compiler as a library, which completes and inspects.
    package var sourceKit: String { "\(root)/lib/libsourcekitdInProc.so" }
    /// The runtime libraries.
    package var runtime: String { "\(root)/lib/swift/linux" }
    /// What registers a library's types with the runtime.
    package var startup: String { "\(runtime)/\(Toolchain.architecture)/swiftrt.o" }
    /// The macros of the standard library and of Foundation.
    package var plugins: String { "\(root)/lib/swift/host/plugins" }
    package var pluginServer: String { "\(root)/lib/swift/host/libSwiftInProcPluginServer.so" }

    /// The linker: the system's own where it is there, because it starts in a quarter of the time.
    package let linker: String

    package static let target = "\(architecture)-unknown-linux-gnu"

    #if arch(x86_64)
        static let architecture = "x86_64"
    #else
        static let architecture = "aarch64"
    #endif

    package init(root: String) {
        self.root = root
        linker = ["/usr/bin/ld.bfd"].first { access($0, X_OK) == 0 } ?? "\(root)/bin/ld.lld"
    }

    /// The toolchain whose runtime this process has loaded, or the one that `MARTLET_TOOLCHAIN` names.
    package static func current(environment: [String: String]) -> Toolchain? {
        if let root = environment["MARTLET_TOOLCHAIN"] { return Toolchain(root: root) }
        // usr/lib/swift/linux/libswiftCore.so
        guard let runtime = mappedFile(named: "libswiftCore.so") else { return nil }
        var folder = URL(filePath: runtime)
        for _ in 0..<4 { folder = folder.deletingLastPathComponent() }
        let toolchain = Toolchain(root: folder.path)
        return access(toolchain.frontend, X_OK) == 0 ? toolchain : nil
    }

    /// The path of a library that this process has loaded.
    private static func mappedFile(named name: String) -> String? {
        guard let maps = fopen("/proc/self/maps", "r") else { return nil }
        defer { fclose(maps) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, maps) > 0, let line {
            let text = String(cString: line).dropLast()
            if text.hasSuffix("/\(name)"), let start = text.firstIndex(of: "/") { return String(text[start...]) }
        }
        return nil
    }
}
