import Testing

import Tensors

/// Compares the gradient that the tape gives with central differences, for each element of each input.
///
/// The function's result is weighted with fixed random numbers, so that no error hides in a sum.
func expectGradients(
    of inputs: [Tensor], step: Float = 1e-2, tolerance: Float = 2e-2, sourceLocation: SourceLocation = #_sourceLocation,
    _ function: ([Tensor]) -> Tensor
) {
    let shape = withoutGradients { function(inputs) }.shape
    let weights = Tensor(uniform: shape, in: 0.5..<1.5, seed: 99)
    func value(_ inputs: [Tensor]) -> Double {
        withoutGradients { (function(inputs) * weights).elements.reduce(0) { $0 + Double($1) } }
    }
    let tracked = inputs.map { $0.tracked() }
    (function(tracked) * weights).sum().backward()
    for (index, input) in inputs.enumerated() {
        guard let gradient = tracked[index].gradient else {
            Issue.record("input \(index) got no gradient", sourceLocation: sourceLocation)
            continue
        }
        #expect(gradient.shape == input.shape, sourceLocation: sourceLocation)
        for element in 0..<input.count {
            func moved(by distance: Float) -> Double {
                var values = input.elements
                values[element] += distance
                var inputs = inputs
                inputs[index] = Tensor(values, shape: input.shape)
                return value(inputs)
            }
            let expected = Float((moved(by: step) - moved(by: -step)) / Double(2 * step))
            let found = gradient.elements[element]
            #expect(
                abs(found - expected) <= tolerance * max(1, abs(expected)),
                "input \(index), element \(element): \(found), by differences \(expected)",
                sourceLocation: sourceLocation)
        }
    }
}

/// Normally distributed numbers.
func random(_ shape: Shape, seed: Int = 1) -> Tensor { Tensor(normal: shape, seed: seed) }
/// Numbers between a half and two.
func positive(_ shape: Shape, seed: Int = 1) -> Tensor { Tensor(uniform: shape, in: 0.5..<2, seed: seed) }
