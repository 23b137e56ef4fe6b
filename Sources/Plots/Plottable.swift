import Foundation

/// What has a place on an axis: a number of any kind, or an optional one, whose nil is a gap.
public protocol Plottable {
    /// The place on the axis; not a number where there is none.
    var axisValue: Double { get }
}

extension Plottable where Self: BinaryFloatingPoint {
    /// The number itself.
    public var axisValue: Double { Double(self) }
}

extension Plottable where Self: BinaryInteger {
    /// The number itself.
    public var axisValue: Double { Double(self) }
}

extension Double: Plottable {}
extension Float: Plottable {}
extension CGFloat: Plottable {}
extension Int: Plottable {}
extension Int8: Plottable {}
extension Int16: Plottable {}
extension Int32: Plottable {}
extension Int64: Plottable {}
extension UInt: Plottable {}
extension UInt8: Plottable {}
extension UInt16: Plottable {}
extension UInt32: Plottable {}
extension UInt64: Plottable {}

extension Optional: Plottable where Wrapped: Plottable {
    /// The number, or a gap where there is none.
    public var axisValue: Double { self?.axisValue ?? .nan }
}
