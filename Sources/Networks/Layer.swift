import Tensors

/// Part of a network: a struct whose stored properties are parameters, layers, arrays of them, and settings.
///
/// ```swift
/// struct SwiGLU: Layer {
///     let gate, up, down: Linear
///     func callAsFunction(_ x: Tensor) -> Tensor { down(silu(gate(x)) * up(x)) }
/// }
/// ```
public protocol Layer: CustomStringConvertible {}

extension Layer {
    /// Every parameter of the layer with its path, such as `blocks.0.attention.output.weight`, in order of declaration.
    ///
    /// A parameter that occurs twice is listed where it occurs first.
    public var namedParameters: [(name: String, parameter: Parameter)] {
        var found: [(name: String, parameter: Parameter)] = []
        var seen: Set<ObjectIdentifier> = []
        func visit(_ value: Any, _ path: [String]) {
            if let parameter = value as? Parameter {
                if seen.insert(ObjectIdentifier(parameter)).inserted {
                    found.append((path.joined(separator: "."), parameter))
                }
                return
            }
            guard value is any Layer || value is [Any] || value is [String: Any] || value is any OptionalValue else {
                return
            }
            let mirror = Mirror(reflecting: value)
            if mirror.displayStyle == .optional {
                for child in mirror.children { visit(child.value, path) }
            } else if let entries = value as? [String: Any] {
                for key in entries.keys.sorted() { if let entry = entries[key] { visit(entry, path + [key]) } }
            } else {
                for (index, child) in mirror.children.enumerated() {
                    let isElement = mirror.displayStyle == .collection
                    visit(child.value, path + [isElement ? String(index) : child.label ?? String(index)])
                }
            }
        }
        visit(self, [])
        return found
    }

    /// Every parameter of the layer, in order of declaration.
    public var parameters: [Parameter] { namedParameters.map(\.parameter) }

    /// How many weights the layer has.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

    /// Forgets the gradients that `backward()` left.
    public func clearGradients() { for parameter in parameters { parameter.gradient = nil } }
}

private protocol OptionalValue {}
extension Optional: OptionalValue {}

/// Where layers that are given no seed take their weights from: the same ones after each start of the program.
package enum Initialization {
    nonisolated(unsafe) private static var layersWithoutSeed = 0

    package static func seed(_ wanted: Int?) -> Int {
        if let wanted { return wanted }
        layersWithoutSeed += 1
        return layersWithoutSeed
    }
}
