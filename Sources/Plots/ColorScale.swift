/// How values between two ends become colours.
public struct ColorScale: Hashable, Sendable {
    /// Colours from the low end to the high end, equally spaced: red, green, blue and opacity, each from 0 to 1.
    private let stops: [SIMD4<Double>]
    /// Whether the middle stands for zero.
    let isDiverging: Bool

    /// From nothing to blue: zero is the page's ground, on light and dark pages.
    public static let blue = ColorScale(["4269d000", "4269d070", "3f68d4b8", "3563dfff"])
    /// From nothing to orange.
    public static let orange = ColorScale(["e8743b00", "e8743b70", "e8743bb8", "ea6a2aff"])
    /// Blue below zero, nothing at zero, orange above.
    public static let diverging = ColorScale(
        ["3563dfff", "4a72d680", "80808000", "e8803f80", "ea6a2aff"], isDiverging: true)
    /// Dark violet to yellow, of even steps to the eye (viridis, by van der Walt and Smith).
    public static let viridis = ColorScale([
        "440154ff", "472d7bff", "3b528bff", "2c728eff", "21918cff", "28ae80ff", "5ec962ff", "addc30ff", "fde725ff",
    ])

    /// Colours from the low end to the high end, equally spaced.
    ///
    /// - Parameters:
    ///   - stops: each eight hexadecimal digits: red, green, blue, opacity.
    ///   - isDiverging: whether the middle stands for zero.
    public init(_ stops: [String], isDiverging: Bool = false) {
        let colors = stops.compactMap { stop in
            UInt32(stop.filter { $0 != "#" }, radix: 16).map { bits in
                SIMD4(
                    Double(bits >> 24), Double(bits >> 16 & 255), Double(bits >> 8 & 255), Double(bits & 255)) / 255
            }
        }
        self.stops = colors.isEmpty ? [SIMD4(0.5, 0.5, 0.5, 1)] : colors
        self.isDiverging = isDiverging
    }

    /// The colour of a share of the way from the low end to the high end.
    func color(at share: Double) -> SIMD4<Double> {
        let place = min(max(share, 0), 1) * Double(stops.count - 1)
        let below = Int(place)
        guard below + 1 < stops.count else { return stops[stops.count - 1] }
        let part = place - Double(below)
        return stops[below] * (1 - part) + stops[below + 1] * part
    }

    /// The ends of the scale for values of this extent: symmetric about zero where it is diverging, and from zero where
    /// the values come near it.
    func domain(of extent: ClosedRange<Double>) -> ClosedRange<Double> {
        let (low, high) = (extent.lowerBound, extent.upperBound)
        if isDiverging {
            let reach = max(abs(low), abs(high))
            return reach > 0 ? -reach...reach : -1...1
        }
        if low >= 0, low <= high * 0.5 { return 0...(high > 0 ? high : 1) }
        return high > low ? low...high : low - 0.5...low + 0.5
    }
}
