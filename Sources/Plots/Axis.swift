/// A direction of a chart: what it measures, over which values, on which scale.
public struct Axis: Sendable {
    /// What is measured, and its unit: "loss", "tokens/s".
    public var label: String?
    /// The values from one end to the other; the data's where there is none.
    public var domain: ClosedRange<Double>?
    /// How values become distances.
    public var kind: Scale.Kind?
    /// Marked places of one's own choice; round numbers where there are none.
    public var ticks: [Tick]?
    /// Whether lines cross the chart at the ticks.
    public var hasGrid: Bool?
    /// Whether only whole numbers have a meaning, such as counts.
    var isWhole = false

    /// An axis that follows the data.
    public init(label: String? = nil, domain: ClosedRange<Double>? = nil, kind: Scale.Kind? = nil) {
        self.label = label
        self.domain = domain
        self.kind = kind
    }

    mutating func change(label: String?, domain: ClosedRange<Double>?, kind: Scale.Kind?) {
        self.label = label ?? self.label
        self.domain = domain ?? self.domain
        self.kind = kind ?? self.kind
    }

    /// The axis with another axis's choices where this one made none.
    func filled(from usual: Axis) -> Axis {
        var axis = self
        axis.change(label: label ?? usual.label, domain: domain ?? usual.domain, kind: kind ?? usual.kind)
        axis.ticks = ticks ?? usual.ticks
        axis.hasGrid = hasGrid ?? usual.hasGrid
        axis.isWhole = isWhole || usual.isWhole
        return axis
    }
}

/// A marked place on an axis.
public struct Tick: Hashable, Sendable {
    /// The place, in the axis's values.
    public let value: Double
    /// What stands beside it.
    public let label: String

    /// A mark at a value.
    public init(_ value: Double, _ label: String) {
        self.value = value
        self.label = label
    }
}
