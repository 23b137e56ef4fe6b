import Foundation

/// A picture as a PNG file.
public struct PNG: Displayable, Hashable, Sendable {
    /// The file.
    public let data: Data
    /// The width at which it is shown, in pixels; its own where there is none.
    public let width: Int?

    /// A picture from the bytes of a PNG file.
    ///
    /// - Parameter width: the width at which it is shown, in pixels.
    public init(_ data: Data, width: Int? = nil) {
        (self.data, self.width) = (data, width)
    }

    /// A picture from a PNG file.
    ///
    /// - Throws: Foundation's error where the file cannot be read.
    public init(contentsOf path: String, width: Int? = nil) throws {
        self.init(try Data(contentsOf: URL(fileURLWithPath: path)), width: width)
    }

    public var mimeBundle: MIMEBundle { MIMEBundle(image: data, type: "image/png", name: "PNG", width: width) }
}

/// A picture as a JPEG file.
public struct JPEG: Displayable, Hashable, Sendable {
    /// The file.
    public let data: Data
    /// The width at which it is shown, in pixels; its own where there is none.
    public let width: Int?

    /// A picture from the bytes of a JPEG file.
    ///
    /// - Parameter width: the width at which it is shown, in pixels.
    public init(_ data: Data, width: Int? = nil) {
        (self.data, self.width) = (data, width)
    }

    /// A picture from a JPEG file.
    ///
    /// - Throws: Foundation's error where the file cannot be read.
    public init(contentsOf path: String, width: Int? = nil) throws {
        self.init(try Data(contentsOf: URL(fileURLWithPath: path)), width: width)
    }

    public var mimeBundle: MIMEBundle { MIMEBundle(image: data, type: "image/jpeg", name: "JPEG", width: width) }
}

extension MIMEBundle {
    fileprivate init(image data: Data, type: String, name: String, width: Int?) {
        self.init(
            [type: data.base64EncodedString(), "text/plain": "\(name) picture of \(data.count) bytes"],
            metadata: width.map { [type: "{\"width\": \($0)}"] } ?? [:])
    }
}
