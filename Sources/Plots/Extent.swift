/// The least and the greatest of some values, ignoring those without a place on the scale.
struct Extent: Hashable, Sendable {
    private(set) var bounds: ClosedRange<Double>?

    init(_ bounds: ClosedRange<Double>? = nil) { self.bounds = bounds }

    init(_ values: some Sequence<Double>, on kind: Scale.Kind = .linear) {
        for value in values where kind.places(value) { include(value) }
    }

    mutating func include(_ value: Double) {
        guard let old = bounds else {
            bounds = value...value
            return
        }
        if value < old.lowerBound { bounds = value...old.upperBound }
        if value > old.upperBound { bounds = old.lowerBound...value }
    }

    mutating func include(_ other: Extent) {
        guard let bounds = other.bounds else { return }
        include(bounds.lowerBound)
        include(bounds.upperBound)
    }
}
