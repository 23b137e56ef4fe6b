import JupyterWire

/// What the kernel says about itself.
struct KernelInfo: Encodable {
    struct Language: Encodable {
        let name = "swift"
        let version: String
        let mimetype = "text/x-swift"
        let file_extension = ".swift"
        let pygments_lexer = "swift"
        let codemirror_mode = "swift"
    }

    struct Link: Encodable {
        let text, url: String
    }

    /// The version of Martlet.
    static let version = "0.1.0"

    let status = "ok"
    let protocol_version = Header.protocolVersion
    let implementation = "martlet"
    let implementation_version = Self.version
    let language_info: Language
    let banner: String
    let help_links = [
        Link(text: "The Swift Programming Language", url: "https://docs.swift.org/swift-book/"),
        Link(text: "Swift standard library", url: "https://developer.apple.com/documentation/swift"),
    ]
    let debugger = false
    let supported_features = ["kernel subshells"]

    init(swiftVersion: String) {
        language_info = Language(version: swiftVersion)
        banner = "Martlet \(Self.version): Swift \(swiftVersion) in cells, and a laboratory for small language models"
    }
}
