import JupyterWire

/// What the kernel says about itself.
struct KernelInfo: Encodable {
    struct Language: Encodable {
        let name = "swift"
        let version: String
        let mimetype = "text/x-swift"
        let fileExtension = ".swift"
        let pygmentsLexer = "swift"
        let codemirrorMode = "swift"
    }

    struct Link: Encodable {
        let text, url: String
    }

    /// The version of Martlet.
    static let version = "0.1.0"

    let status = "ok"
    let protocolVersion = Header.protocolVersion
    let implementation = "martlet"
    let implementationVersion = Self.version
    let languageInfo: Language
    let banner: String
    let helpLinks = [
        Link(text: "The Swift Programming Language", url: "https://docs.swift.org/swift-book/"),
        Link(text: "Swift standard library", url: "https://developer.apple.com/documentation/swift"),
    ]
    let debugger = false
    let supportedFeatures = ["kernel subshells"]

    init(swiftVersion: String) {
        languageInfo = Language(version: swiftVersion)
        banner = "Martlet \(Self.version): Swift \(swiftVersion) in cells, and a laboratory for small language models"
    }
}
