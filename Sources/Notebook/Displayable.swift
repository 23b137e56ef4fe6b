/// A value that shows itself in a notebook as more than its description.
///
/// ```swift
/// extension Chessboard: Displayable {
///     var mimeBundle: MIMEBundle { MIMEBundle(["text/plain": "\(self)", "image/svg+xml": svg]) }
/// }
/// ```
public protocol Displayable {
    /// The representations of the value. One under `text/plain` is added where it is missing.
    var mimeBundle: MIMEBundle { get }
}

extension MIMEBundle: Displayable {
    public var mimeBundle: MIMEBundle { self }
}

extension MIMEBundle {
    /// What a notebook shows of any value: its own representations, or else its description.
    public init(showing value: Any) {
        if let displayable = value as? any Displayable {
            self = displayable.mimeBundle
            if data["text/plain"] == nil { data["text/plain"] = String(describing: type(of: value)) }
        } else {
            self.init(["text/plain": ValueText.of(value)])
        }
    }
}
