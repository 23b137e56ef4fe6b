import Notebook

/// Einstein's summation: axes with a name that the result lacks are summed over.
///
/// ```swift
/// einsum("bqd,bkd->bqk", queries, keys)
/// ```
///
/// - Parameter formula: a letter for each axis of each tensor, and those of the result in order; "..." stands for any
///   axes, the same for every tensor that has it.
public func einsum(_ formula: String, _ tensors: Tensor...) -> Tensor {
    let terms = EinsumFormula(formula, tensors.map(\.shape))
    guard var product = tensors.first, var axes = terms.inputs.first else { stopCell("einsum: no tensors") }
    (product, axes) = diagonal(product, axes)
    for (index, next) in zip(tensors.indices, tensors).dropFirst() {
        let (right, rightAxes) = diagonal(next, terms.inputs[index])
        let later = Set(terms.output).union(terms.inputs[(index + 1)...].joined())
        (product, axes) = contract(product, axes, right, rightAxes, keeping: later)
    }
    for axis in axes.indices.reversed() where !terms.output.contains(axes[axis]) {
        product = product.sum(axis: axis)
        axes.remove(at: axis)
    }
    return product.transposed(terms.output.map { axes.firstIndex(of: $0) ?? 0 })
}

/// What a formula such as `ij,jk->ik` says.
private struct EinsumFormula {
    let inputs: [[Character]]
    let output: [Character]

    init(_ formula: String, _ shapes: [Shape]) {
        let sides = formula.filter { $0 != " " }.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        require(terms.count == shapes.count, "einsum: \(formula) - \(terms.count) terms for \(shapes.count) tensors")
        for term in terms + sides.dropFirst().map({ $0.dropFirst() }) {
            require(
                term.replacing("...", with: "").allSatisfy(\.isLetter),
                "einsum: \(formula) - \(term) is not a letter for each axis")
        }
        // The axes of "..." get digits for names, which come before all letters; the last axes are the same for all.
        let unnamed = zip(terms, shapes).map { term, shape in
            term.contains("...") ? max(0, shape.rank - term.count + 3) : 0
        }
        let digits = (0..<(unnamed.max() ?? 0)).map { Character(Unicode.Scalar(UInt8(ascii: "0") + UInt8($0))) }
        inputs = zip(terms, unnamed).map { Array($0.replacing("...", with: String(digits.suffix($1)))) }
        if sides.count == 2 {
            require(sides[1].first == ">", "einsum: \(formula) - the result follows \"->\"")
            output = Array(sides[1].dropFirst().replacing("...", with: String(digits)))
        } else {
            // As in NumPy: the names that occur once, in alphabetical order.
            let names = inputs.joined()
            output = Set(names).filter { name in !name.isLetter || names.filter { $0 == name }.count == 1 }.sorted()
        }
        var sizes: [Character: Int] = [:]
        for (term, shape) in zip(inputs, shapes) {
            require(
                term.count == shape.rank,
                "einsum: \(formula) - \(String(term)) names \(term.count) axes, the tensor is \(shape)")
            for (name, size) in zip(term, shape) {
                let known = sizes[name, default: size]
                require(known == size, "einsum: \(formula) - axis \(name) has the sizes \(known) and \(size)")
                sizes[name] = size
            }
        }
        for name in output {
            require(sizes[name] != nil, "einsum: \(formula) - axis \(name) of the result is in no tensor")
        }
        require(Set(output).count == output.count, "einsum: \(formula) - an axis of the result occurs twice")
    }
}

/// A tensor with each name once: of a name that occurs twice only the diagonal is left.
private func diagonal(_ tensor: Tensor, _ axes: [Character]) -> (Tensor, [Character]) {
    for (second, name) in axes.enumerated() {
        guard let first = axes.firstIndex(of: name), first != second else { continue }
        var (steps, rest) = (tensor.shape.strides, axes)
        steps[first] += steps[second]
        steps.remove(at: second)
        rest.remove(at: second)
        return diagonal(tensor.part(Region(shape: tensor.shape.removing(axis: second), steps: steps)), rest)
    }
    return (tensor, axes)
}

/// The product of two tensors as one batched matrix product.
private func contract(
    _ a: Tensor, _ aAxes: [Character], _ b: Tensor, _ bAxes: [Character], keeping: Set<Character>
) -> (Tensor, [Character]) {
    let shared = aAxes.filter(bAxes.contains)
    let batch = shared.filter(keeping.contains)
    let summed = shared.filter { !keeping.contains($0) }
    let left = aAxes.filter { !bAxes.contains($0) }
    let right = bAxes.filter { !aAxes.contains($0) }
    func sizes(_ names: [Character], _ tensor: Tensor, _ axes: [Character]) -> [Int] {
        names.compactMap { axes.firstIndex(of: $0) }.map { tensor.shape[$0] }
    }
    func arranged(_ tensor: Tensor, _ axes: [Character], _ groups: [[Character]]) -> Tensor {
        tensor.transposed(groups.joined().compactMap { axes.firstIndex(of: $0) })
            .reshaped(to: Shape(groups.map { sizes($0, tensor, axes).reduce(1, *) }))
    }
    let product = matmul(arranged(a, aAxes, [batch, left, summed]), arranged(b, bAxes, [batch, summed, right]))
    let shape = sizes(batch, a, aAxes) + sizes(left, a, aAxes) + sizes(right, b, bAxes)
    return (product.reshaped(to: Shape(shape)), batch + left + right)
}
