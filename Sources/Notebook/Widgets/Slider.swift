import Foundation

/// A number that is chosen by moving a handle: `Slider("temperature", 0.1...2.0)`.
public final class Slider<Value: SliderValue>: Control {
    public let model: WidgetModel
    /// The smallest and the largest number that can be chosen.
    public let range: ClosedRange<Value>

    /// A slider over a range.
    ///
    /// - Parameters:
    ///   - label: the text before it.
    ///   - value: what is chosen at first, the middle of the range if not given; it is kept within the range.
    ///   - step: the distance between two choices; 1 for whole numbers, about a hundredth of the range for others.
    public init(_ label: String, _ range: ClosedRange<Value>, value: Value? = nil, step: Value? = nil) {
        if let mistake = Value.mistake(in: range, step: step) { stopCell("Slider \"\(label)\": \(mistake)") }
        let step = step ?? Value.step(for: range)
        require(value.map { $0 == $0 } ?? true, "Slider \"\(label)\": the value is not a number")
        self.range = range
        let state: [String: JSONValue] = [
            "min": range.lowerBound.json, "max": range.upperBound.json, "step": step.json,
            "value": (value.map { Self.clamp($0, to: range) } ?? Value.middle(of: range, step: step)).json,
            "readout_format": .string(Value.format(step: step)),
        ]
        model = WidgetModel(
            "\(Value.widgetName)Model", view: "\(Value.widgetName)View",
            readings: [
                "value": { given in
                    guard let value = Value(json: given) else { return nil }
                    return range.contains(value) ? given : Self.clamp(value, to: range).json
                }
            ],
            state: state.merging(Label.state(label)) { _, new in new })
    }

    /// A slider over a range, its label last.
    public convenience init(
        _ range: ClosedRange<Value>, value: Value? = nil, step: Value? = nil, label: String = ""
    ) {
        self.init(label, range, value: value, step: step)
    }

    public var value: Value {
        get { Value(json: model["value"]) ?? range.lowerBound }
        set {
            require(newValue == newValue, "Slider \"\(label)\": the value is not a number")
            model.update(["value": Self.clamp(newValue, to: range).json])
        }
    }

    private static func clamp(_ value: Value, to range: ClosedRange<Value>) -> Value {
        min(max(value, range.lowerBound), range.upperBound)
    }
}

/// A whole number that is chosen by moving a handle: `IntSlider("layers", 1...12)`.
public typealias IntSlider = Slider<Int>

/// A number that is chosen by moving a handle: `FloatSlider("temperature", 0.1...2.0)`.
public typealias FloatSlider = Slider<Double>

/// A kind of number that a slider can choose: Int, Double and Float.
public protocol SliderValue: Numeric, Comparable, Sendable {
    /// The widget's name in ipywidgets, `IntSlider` or `FloatSlider`.
    static var widgetName: String { get }
    /// What is wrong with a range and a step, where a page cannot count through them; a step may be left to the slider.
    static func mistake(in range: ClosedRange<Self>, step: Self?) -> String?
    /// The step of a slider whose step is not given.
    static func step(for range: ClosedRange<Self>) -> Self
    /// The choice in the middle of a range.
    static func middle(of range: ClosedRange<Self>, step: Self) -> Self
    /// How the number is written beside the slider, in the notation of d3-format.
    static func format(step: Self) -> String
    /// The number that JSON says, or nil where it says none.
    init?(json: JSONValue)
    /// The number as JSON.
    var json: JSONValue { get }
}

extension Int: SliderValue {
    public static var widgetName: String { "IntSlider" }

    public static func mistake(in range: ClosedRange<Int>, step: Int?) -> String? {
        let largest = 1 << 53
        if range.lowerBound < -largest || range.upperBound > largest {
            return "the range \(range) is wider than pages can count, which is from -\(largest) to \(largest)"
        }
        return step.flatMap { $0 > 0 ? nil : "the step \($0) is not greater than 0" }
    }

    public static func step(for range: ClosedRange<Int>) -> Int { 1 }
    public static func middle(of range: ClosedRange<Int>, step: Int) -> Int {
        range.lowerBound + (range.upperBound - range.lowerBound) / 2 / step * step
    }
    public static func format(step: Int) -> String { "d" }

    public init?(json: JSONValue) {
        guard let int = json.int else { return nil }
        self = int
    }
    public var json: JSONValue { .int(self) }
}

extension SliderValue where Self: BinaryFloatingPoint {
    public static var widgetName: String { "FloatSlider" }

    public static func mistake(in range: ClosedRange<Self>, step: Self?) -> String? {
        if !(range.upperBound - range.lowerBound).isFinite { return "the range \(range) is not finite" }
        return step.flatMap { $0 > 0 && $0.isFinite ? nil : "the step \($0) is not a number greater than 0" }
    }

    /// 1, 2 or 5 times a power of ten, so that there are between 50 and 125 choices.
    public static func step(for range: ClosedRange<Self>) -> Self {
        let hundredth = Double(range.upperBound - range.lowerBound) / 100
        // Of a range of one number, or of the tiniest ones, there is nothing to choose.
        guard hundredth > Double(Self.leastNormalMagnitude) else { return 1 }
        let power = pow(10, log10(hundredth).rounded(.down))
        let factor = [1, 2, 5, 10].first { hundredth <= $0 * power * 1.25 } ?? 10
        return Self(factor * power)
    }

    public static func middle(of range: ClosedRange<Self>, step: Self) -> Self {
        let half = (range.upperBound - range.lowerBound) / 2
        return range.lowerBound + (half / step).rounded(.down) * step
    }

    public static func format(step: Self) -> String {
        ".\(max(0, Int((-log10(Double(step))).rounded(.up))))f"
    }

    public init?(json: JSONValue) {
        guard let double = json.double else { return nil }
        self.init(double)
    }

    public var json: JSONValue { .double(Double(self)) }
}

extension Double: SliderValue {}
extension Float: SliderValue {}
