import Tensors

/// A weight matrix laid out for decoding: panels of 16 outputs, each with its weights for one input after the other.
///
/// Whatever the number of rows that go in, each weight is read once, in the order of memory, and meets the input as one
/// vector of 16 outputs, so no sum runs across a vector.
struct PackedMatrix {
    let inputs: Int
    let outputs: Int
    private let storage: Storage
    /// Of the outputs, or zeros.  // [panels, 16]
    private let bias: Storage

    /// A part of a matrix: how far apart neighbouring outputs and inputs are in memory.
    struct Part {
        let weight: Tensor
        let bias: Tensor?
        let outputs: Int
        let outputStep: Int
        let inputStep: Int

        /// x W of a layer.  // [inputs, outputs]
        init(_ layer: Linear) {
            (weight, bias) = (layer.weight.value.withoutGradient, layer.bias?.value.withoutGradient)
            (outputs, outputStep, inputStep) = (layer.outputs, 1, layer.outputs)
        }

        /// x Eᵀ of a table.  // [outputs, inputs]
        init(rowsOf table: Tensor) {
            (weight, bias) = (table.withoutGradient, nil)
            (outputs, outputStep, inputStep) = (table.shape[0], table.shape[1], 1)
        }
    }

    /// The matrix whose outputs are those of the parts, one after the other.
    init(_ parts: Part..., inputs: Int) {
        self.inputs = inputs
        outputs = parts.reduce(0) { $0 + $1.outputs }
        let panels = vectorCount(outputs)
        storage = Storage.allocated(panels * inputs * 16)
        bias = Storage.allocated(panels * 16)
        bias.floats.update(repeating: 0, count: panels * 16)
        let (packed, biases, outputs) = (storage.floats, bias.floats, outputs)
        var first = 0
        for part in parts {
            let source = part.weight.storage.floats
            let (start, count, outputStep, inputStep) = (first, part.outputs, part.outputStep, part.inputStep)
            part.bias?.withElements {
                biases.advanced(by: start).update(from: $0.baseAddress.unsafelyUnwrapped, count: count)
            }
            parallelRanges(vectorCount(start + count) - start / 16, grain: max(1, 32768 / (inputs * 16))) { range in
                for panel in range.lowerBound + start / 16..<range.upperBound + start / 16 {
                    let lanes = max(start, panel * 16)..<min(start + count, panel * 16 + 16)
                    for input in 0..<inputs {
                        let to = packed + (panel * inputs + input) * 16 - panel * 16
                        for lane in lanes { to[lane] = source[(lane - start) * outputStep + input * inputStep] }
                    }
                }
            }
            withExtendedLifetime(part.weight.storage) {}
            first += count
        }
        // What stands behind the last output is computed with the others and never used; it must be a number.
        for lane in outputs..<panels * 16 {
            for input in 0..<inputs { packed[(lane / 16 * inputs + input) * 16 + lane % 16] = 0 }
        }
    }

    /// How many panels there are.
    var panels: Int { vectorCount(outputs) }
    /// How far apart rows of outputs lie.
    var outputStep: Int { panels * 16 }

    /// Computes x W + b panel by panel, on the calling thread, and hands each vector of 16 outputs to `finish`.
    ///
    /// - Parameter x: rows of inputs, `step` floats apart.
    @inline(__always)
    func multiply(
        _ x: UnsafePointer<Float>, step: Int, rows: Int, panels: Range<Int>,
        finish: (_ row: Int, _ panel: Int, _ outputs: Vector) -> Void
    ) {
        let (weights, biases) = (storage.vectors, bias.vectors)
        var panel = panels.lowerBound
        while panel < panels.upperBound {
            let weight = UnsafePointer(weights + panel &* inputs)
            let bias = biases[panel]
            var row = 0
            if Processor.hasWideRegisters {
                while row &+ 8 <= rows {
                    let sums = eightRows(weight, x + row &* step, step, inputs, bias)
                    finish(row, panel, sums.0)
                    finish(row &+ 1, panel, sums.1)
                    finish(row &+ 2, panel, sums.2)
                    finish(row &+ 3, panel, sums.3)
                    finish(row &+ 4, panel, sums.4)
                    finish(row &+ 5, panel, sums.5)
                    finish(row &+ 6, panel, sums.6)
                    finish(row &+ 7, panel, sums.7)
                    row &+= 8
                }
            }
            while row &+ 4 <= rows {
                let sums = fourRows(weight, x + row &* step, step, inputs, bias)
                finish(row, panel, sums.0)
                finish(row &+ 1, panel, sums.1)
                finish(row &+ 2, panel, sums.2)
                finish(row &+ 3, panel, sums.3)
                row &+= 4
            }
            while row < rows {
                finish(row, panel, oneRow(weight, x + row &* step, inputs, bias))
                row &+= 1
            }
            panel &+= 1
        }
    }

    /// The panels in parts of some work each, on all cores.
    @inline(__always)
    static func inParallel(panels: Int, inputs: Int, rows: Int, _ body: (Range<Int>) -> Void) {
        // A part of less than about 5 µs costs more to hand over than it saves.
        parallelRanges(panels, grain: max(1, 8192 / max(1, inputs * rows)), body)
    }
}

@inline(__always)
private func oneRow(
    _ weight: UnsafePointer<Vector>, _ x: UnsafePointer<Float>, _ inputs: Int, _ bias: Vector
) -> Vector {
    var (a, b, c, d) = (bias, Vector(repeating: 0), Vector(repeating: 0), Vector(repeating: 0))
    var i = 0
    while i &+ 4 <= inputs {
        a = a.addingProduct(weight[i], Vector(repeating: x[i]))
        b = b.addingProduct(weight[i &+ 1], Vector(repeating: x[i &+ 1]))
        c = c.addingProduct(weight[i &+ 2], Vector(repeating: x[i &+ 2]))
        d = d.addingProduct(weight[i &+ 3], Vector(repeating: x[i &+ 3]))
        i &+= 4
    }
    while i < inputs {
        a = a.addingProduct(weight[i], Vector(repeating: x[i]))
        i &+= 1
    }
    return (a + b) + (c + d)
}

@inline(__always)
private func fourRows(
    _ weight: UnsafePointer<Vector>, _ x: UnsafePointer<Float>, _ step: Int, _ inputs: Int, _ bias: Vector
) -> (Vector, Vector, Vector, Vector) {
    var (a, b, c, d) = (bias, bias, bias, bias)
    let (x1, x2, x3) = (x + step, x + 2 &* step, x + 3 &* step)
    var i = 0
    while i < inputs {
        let w = weight[i]
        a = a.addingProduct(w, Vector(repeating: x[i]))
        b = b.addingProduct(w, Vector(repeating: x1[i]))
        c = c.addingProduct(w, Vector(repeating: x2[i]))
        d = d.addingProduct(w, Vector(repeating: x3[i]))
        i &+= 1
    }
    return (a, b, c, d)
}

@inline(__always)
private func eightRows(
    _ weight: UnsafePointer<Vector>, _ x: UnsafePointer<Float>, _ step: Int, _ inputs: Int, _ bias: Vector
) -> (Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector) {
    var (a, b, c, d, e, f, g, h) = (bias, bias, bias, bias, bias, bias, bias, bias)
    let (x1, x2, x3) = (x + step, x + 2 &* step, x + 3 &* step)
    let (x4, x5, x6, x7) = (x + 4 &* step, x + 5 &* step, x + 6 &* step, x + 7 &* step)
    var i = 0
    while i < inputs {
        let w = weight[i]
        a = a.addingProduct(w, Vector(repeating: x[i]))
        b = b.addingProduct(w, Vector(repeating: x1[i]))
        c = c.addingProduct(w, Vector(repeating: x2[i]))
        d = d.addingProduct(w, Vector(repeating: x3[i]))
        e = e.addingProduct(w, Vector(repeating: x4[i]))
        f = f.addingProduct(w, Vector(repeating: x5[i]))
        g = g.addingProduct(w, Vector(repeating: x6[i]))
        h = h.addingProduct(w, Vector(repeating: x7[i]))
        i &+= 1
    }
    return (a, b, c, d, e, f, g, h)
}
