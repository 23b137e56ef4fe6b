import Foundation

/// A picture as a file of some format: `PNG` or `JPEG`.
public struct ImageFile<Format: ImageFormat>: Displayable, Hashable, Sendable {
    /// The file.
    public let data: Data
    /// The width at which it is shown, in pixels; its own where there is none.
    public let width: Int?

    /// A picture from the bytes of a file.
    ///
    /// - Parameter width: the width at which it is shown, in pixels.
    public init(_ data: Data, width: Int? = nil) {
        (self.data, self.width) = (data, width)
    }

    /// A picture from a file.
    ///
    /// - Throws: Foundation's error where the file cannot be read.
    public init(contentsOf path: String, width: Int? = nil) throws {
        self.init(try Data(contentsOf: URL(fileURLWithPath: path)), width: width)
    }

    public var mimeBundle: MIMEBundle {
        let type = "image/\(Format.name.lowercased())"
        return MIMEBundle(
            [type: data.base64EncodedString(), "text/plain": "\(Format.name) picture of \(data.count) bytes"],
            metadata: width.map { [type: "{\"width\": \($0)}"] } ?? [:])
    }
}

/// A picture as a PNG file.
public typealias PNG = ImageFile<PNGFormat>

/// A picture as a JPEG file.
public typealias JPEG = ImageFile<JPEGFormat>

/// A format of pictures that front ends show.
public protocol ImageFormat: Sendable {
    /// The format's name, which is also that of its MIME type.
    static var name: String { get }
}

/// The format of `PNG`.
public enum PNGFormat: ImageFormat {
    public static let name = "PNG"
}

/// The format of `JPEG`.
public enum JPEGFormat: ImageFormat {
    public static let name = "JPEG"
}
