import Foundation
import Notebook

extension Tensor: CustomStringConvertible, Displayable {
    /// The elements as nested rows under their shape; of long axes only the first and last three.
    ///
    /// ```
    /// Tensor [2, 3]
    /// [[ 1.0,  2.5, -3.0],
    ///  [ 0.0, 12.0,  6.0]]
    /// ```
    public var description: String {
        if rank == 0 { return ElementFormat(for: CollectionOfOne(item)).text(item) }
        if count == 0 { return "Tensor \(shape) (empty)" }
        return withElements { elements in
            let limit = count > 1000 ? 3 : Int.max
            let format =
                limit == Int.max
                ? ElementFormat(for: elements) : ElementFormat(for: shownElements(elements, axis: 0, offset: 0, limit))
            var text = TextBytes("Tensor \(shape)\n")
            write(elements, axis: 0, offset: 0, limit, format, to: &text)
            return text.string
        }
    }

    public var mimeBundle: MIMEBundle { MIMEBundle(["text/plain": description]) }

    /// Calls `body` with the places along an axis that are shown, and with nil for those left out.
    private func places(_ axis: Int, _ limit: Int, _ body: (Int?) -> Void) {
        let size = shape[axis]
        guard limit < Int.max && size > 2 * limit else { return (0..<size).forEach(body) }
        (0..<limit).forEach(body)
        body(nil)
        (size - limit..<size).forEach(body)
    }

    private func shownElements(
        _ elements: UnsafeBufferPointer<Float>, axis: Int, offset: Int, _ limit: Int
    ) -> [Float] {
        if axis == rank { return [elements[offset]] }
        let step = shape.distance(along: axis)
        var shown: [Float] = []
        places(axis, limit) { place in
            if let place { shown += shownElements(elements, axis: axis + 1, offset: offset + place * step, limit) }
        }
        return shown
    }

    private func write(
        _ elements: UnsafeBufferPointer<Float>, axis: Int, offset: Int, _ limit: Int, _ format: ElementFormat,
        to text: inout TextBytes
    ) {
        if axis == rank { return format.write(elements[offset], to: &text) }
        let step = shape.distance(along: axis)
        var isFirst = true
        text.append("[")
        places(axis, limit) { place in
            if !isFirst && axis == rank - 1 { text.append(", ") }
            if !isFirst && axis < rank - 1 {
                text.append(",")
                text.append("\n", times: rank - axis - 1)
                text.append(" ", times: axis + 1)
            }
            isFirst = false
            if let place {
                write(elements, axis: axis + 1, offset: offset + place * step, limit, format, to: &text)
            } else {
                text.append("...")
            }
        }
        text.append("]")
    }
}

/// One width and number of decimals for all elements that are shown.
private struct ElementFormat {
    private var decimals = 1
    private var width = 0
    private var isScientific = false

    private static let powersOfTen: [Double] = [1, 10, 100, 1000, 10_000]

    init(for elements: some Collection<Float>) {
        var (greatest, least): (Float, Float) = (0, .infinity)
        for element in elements where element.isFinite {
            let size = Swift.abs(element)
            greatest = Swift.max(greatest, size)
            if size > 0 { least = Swift.min(least, size) }
            while decimals < 4 && !Self.isExact(size, decimals) { decimals += 1 }
        }
        let isWhole = decimals == 1 && elements.allSatisfy { !$0.isFinite || $0 == $0.rounded() }
        let spreadsWide = greatest >= 1e4 && least < 1e-3
        isScientific = greatest >= 1e7 || !isWhole && (greatest < 1e-3 || spreadsWide)
        guard elements.count > 1 else { return }
        width = elements.reduce(0) { Swift.max($0, length($1)) }
    }

    /// Whether a number of decimals, of four at most, shows an element as it is.
    private static func isExact(_ element: Float, _ decimals: Int) -> Bool {
        let (value, scale) = (Double(element), powersOfTen[decimals])
        return Swift.abs((value * scale).rounded() / scale - value) <= 1e-7 * value
    }

    /// The digits of an element without its sign and point. A float times 10⁴ is exact, so they are rounded once.
    private func digits(_ value: Float) -> UInt64 {
        UInt64((Double(Swift.abs(value)) * Self.powersOfTen[decimals]).rounded(.toNearestOrEven))
    }

    private func hasDigits(_ value: Float) -> Bool { value.isFinite && !isScientific }

    private func exception(_ value: Float) -> String {
        value.isFinite ? String(format: "%.3e", Double(value)) : value.isNaN ? "nan" : "\(value)"
    }

    private func length(_ value: Float) -> Int {
        guard hasDigits(value) else { return exception(value).utf8.count }
        return TextBytes.length(digits(value), atLeast: decimals + 1) + (value.sign == .minus ? 2 : 1)
    }

    func write(_ value: Float, to text: inout TextBytes) {
        if width > 0 { text.append(" ", times: width - length(value)) }
        guard hasDigits(value) else { return text.append(exception(value)) }
        if value.sign == .minus { text.append("-", times: 1) }
        text.append(digits(value), pointBefore: decimals)
    }

    func text(_ value: Float) -> String {
        var text = TextBytes("")
        write(value, to: &text)
        return text.string
    }
}

/// A text that is written byte by byte.
private struct TextBytes {
    private var bytes: [UInt8] = []

    init(_ start: String) {
        bytes.reserveCapacity(256)
        append(start)
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ character: Unicode.Scalar, times: Int) {
        for _ in 0..<Swift.max(0, times) { bytes.append(UInt8(ascii: character)) }
    }

    /// How many decimal digits a number has.
    static func length(_ number: UInt64, atLeast least: Int) -> Int {
        var (length, rest) = (1, number / 10)
        while rest > 0 { (length, rest) = (length + 1, rest / 10) }
        return Swift.max(length, least)
    }

    /// Decimal digits, the last of them after a point.
    mutating func append(_ number: UInt64, pointBefore decimals: Int) {
        let length = Self.length(number, atLeast: decimals + 1) + 1
        let start = bytes.count
        append("0", times: length)
        var (place, rest) = (length - 1, number)
        while place >= 0 {
            if place == length - 1 - decimals {
                bytes[start + place] = UInt8(ascii: ".")
            } else {
                bytes[start + place] += UInt8(rest % 10)
                rest /= 10
            }
            place -= 1
        }
    }
}
