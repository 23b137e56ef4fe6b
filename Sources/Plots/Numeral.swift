import Foundation

/// Numbers as they are written into pictures.
package enum Numeral {
    /// A coordinate to a tenth of a pixel, as short as it can be written.
    package static func coordinate(_ value: Double) -> String {
        var text = ""
        append(value, to: &text)
        return text
    }

    /// Appends a coordinate to a tenth of a pixel.
    static func append(_ value: Double, to text: inout String) {
        guard value.isFinite, abs(value) < 1e9 else {
            text += "0"
            return
        }
        appendTenths(Int((value * 10).rounded()), to: &text)
    }

    /// Appends a number of tenths, as short as it can be written: 15 is `1.5`, -5 is `-.5`, 20 is `2`.
    static func appendTenths(_ tenths: Int, to text: inout String) {
        if tenths < 0 { text += "-" }
        let (whole, tenth) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        if whole != 0 || tenth == 0 { text += String(whole) }
        if tenth != 0 {
            text += "."
            text += String(tenth)
        }
    }

    /// A value of an axis whose ticks are a step apart: all ticks have the same number of decimals.
    static func tick(_ value: Double, step: Double) -> String {
        let size = max(abs(value), step)
        if value == 0 { return "0" }
        if size >= 1e15 || step < 1e-6 { return scientific(value) }
        for (unit, letter) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where size >= unit * 10 || step >= unit
        {
            return signed(value / unit, decimals: decimals(for: step / unit)) + letter
        }
        return signed(value, decimals: decimals(for: step))
    }

    /// A value in about three significant digits.
    package static func brief(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
        let size = abs(value)
        if size == 0 { return "0" }
        if size >= 1e15 || size < 1e-5 { return scientific(value) }
        for (unit, letter) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        where size >= unit * (unit == 1e3 ? 10 : 1) {
            return trimmed(value / unit) + letter
        }
        return trimmed(value)
    }

    private static func trimmed(_ value: Double) -> String {
        let decimals = max(0, 2 - Int(floor(log10(abs(value)))))
        var text = signed(value, decimals: decimals)
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        return text
    }

    private static func decimals(for step: Double) -> Int {
        guard step > 0, step.isFinite else { return 0 }
        return min(max(0, Int(ceil(-log10(step) - 1e-9))), 9)
    }

    private static func signed(_ value: Double, decimals: Int) -> String {
        let text = String(format: "%.\(decimals)f", abs(value))
        return value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" + text : text
    }

    private static func scientific(_ value: Double) -> String {
        let parts = String(format: "%.2e", abs(value)).split(separator: "e")
        let factor = Double(parts[0]).map(trimmed) ?? "1"
        let raised = String(Int(parts.last ?? "0") ?? 0).map { superscripts[$0] ?? $0 }
        return (value < 0 ? "−" : "") + (factor == "1" ? "" : factor + "×") + "10" + String(raised)
    }

    private static let superscripts: [Character: Character] = [
        "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
}
