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
        if rank == 0 { return ElementFormat(for: [item]).text(item) }
        if count == 0 { return "Tensor \(shape) (empty)" }
        let limit = count > 1000 ? 3 : Int.max
        let shown = shownElements(axis: 0, offset: 0, limit: limit)
        let rows = text(axis: 0, offset: 0, limit: limit, format: ElementFormat(for: shown))
        return "Tensor \(shape)\n" + rows
    }

    public var mimeBundle: MIMEBundle { MIMEBundle(["text/plain": description]) }

    /// The places along an axis that are shown; -1 stands for those left out.
    private func places(_ axis: Int, _ limit: Int) -> [Int] {
        let size = shape[axis]
        if limit == Int.max || size <= 2 * limit { return Array(0..<size) }
        return Array(0..<limit) + [-1] + Array(size - limit..<size)
    }

    private func shownElements(axis: Int, offset: Int, limit: Int) -> [Float] {
        if axis == rank { return withElements { [$0[offset]] } }
        let step = shape.strides[axis]
        return places(axis, limit).filter { $0 >= 0 }.flatMap {
            shownElements(axis: axis + 1, offset: offset + $0 * step, limit: limit)
        }
    }

    private func text(axis: Int, offset: Int, limit: Int, format: ElementFormat) -> String {
        if axis == rank { return withElements { format.text($0[offset]) } }
        let step = shape.strides[axis]
        let isInnermost = axis == rank - 1
        let parts = places(axis, limit).map {
            $0 < 0 ? "..." : text(axis: axis + 1, offset: offset + $0 * step, limit: limit, format: format)
        }
        if isInnermost { return "[" + parts.joined(separator: ", ") + "]" }
        let lineBreaks = String(repeating: "\n", count: rank - axis - 1)
        return "[" + parts.joined(separator: "," + lineBreaks + String(repeating: " ", count: axis + 1)) + "]"
    }
}

/// One width and number of decimals for all elements that are shown.
private struct ElementFormat {
    private let decimals: Int
    private let width: Int
    private let isScientific: Bool

    init(for elements: [Float]) {
        let finite = elements.filter(\.isFinite).map(Swift.abs)
        let greatest = finite.max() ?? 0
        let least = finite.filter { $0 > 0 }.min() ?? 0
        let isWhole = finite.allSatisfy { $0 == $0.rounded() }
        let spreadsWide = greatest >= 1e4 && least < 1e-3
        let isScientific = greatest >= 1e7 || !isWhole && (greatest < 1e-3 || spreadsWide)
        let narrow = ElementFormat(
            decimals: isWhole ? 1 : Self.decimalsNeeded(finite), width: 0, isScientific: isScientific)
        let widest = elements.map { narrow.text($0).count }.max() ?? 0
        self.init(decimals: narrow.decimals, width: elements.count > 1 ? widest : 0, isScientific: isScientific)
    }

    private init(decimals: Int, width: Int, isScientific: Bool) {
        (self.decimals, self.width, self.isScientific) = (decimals, width, isScientific)
    }

    /// The fewest decimals, up to four, that show every element exactly.
    private static func decimalsNeeded(_ elements: [Float]) -> Int {
        for decimals in 1..<4 {
            let scale = pow(10, Double(decimals))
            if elements.allSatisfy({
                Swift.abs((Double($0) * scale).rounded() / scale - Double($0)) <= 1e-7 * Double($0)
            }) {
                return decimals
            }
        }
        return 4
    }

    func text(_ value: Float) -> String {
        let plain =
            !value.isFinite
            ? "\(value)" : String(format: isScientific ? "%.3e" : "%.\(decimals)f", Double(value))
        return String(repeating: " ", count: Swift.max(0, width - plain.count)) + plain
    }
}
