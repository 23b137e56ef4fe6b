import Foundation
import Notebook
import Synchronization

/// One recorded operation, or a value whose gradient is wanted.
///
/// Nodes know the nodes of their inputs, so the tape is a graph that lives as long as a tensor that stands on it.
package final class Node: @unchecked Sendable {
    /// Later operations have higher numbers: the order in which gradients flow is the reverse.
    fileprivate let order: Int
    fileprivate var inputs: [Node]
    fileprivate var pull: ((Tensor) -> Void)?
    fileprivate let isLeaf: Bool
    fileprivate var isQueued = false
    /// Computes the values again, where that is cheaper than keeping them.
    fileprivate var remake: (() -> Tensor)?
    /// What has arrived so far.
    package var gradient: Tensor?

    package init(leaf: Void = ()) {
        (order, inputs, pull, isLeaf) = (0, [], nil, true)
    }

    fileprivate init(inputs: [Node], pull: @escaping (Tensor) -> Void) {
        (order, self.inputs, self.pull, isLeaf) = (Tape.nextNumber(), inputs, pull, false)
        Record.current.add(self)
    }

    /// Adds to the gradient.
    package func accumulate(_ contribution: Tensor) {
        guard let present = gradient else {
            gradient = contribution.withoutGradient
            return
        }
        gradient = nil  // so that the sum may use its memory
        gradient = present.adding(inPlace: contribution)
    }

    /// Lets an operation write into the gradient's memory. It learns whether the elements have no value yet.
    package func accumulate(
        shape: Shape, into body: (_ elements: UnsafeMutablePointer<Float>, _ isFresh: Bool) -> Void
    ) {
        let isFresh = gradient == nil
        var sum = gradient ?? Tensor(uninitialized: shape)
        gradient = nil
        sum.withMutableElements { body($0, isFresh) }
        gradient = sum
    }

    /// A chain of a million operations must not be freed by a million nested calls.
    deinit {
        guard !inputs.isEmpty else { return }
        var orphans = inputs
        inputs = []
        pull = nil
        remake = nil
        while var node = orphans.popLast() {
            if isKnownUniquelyReferenced(&node) {
                orphans += node.inputs
                node.inputs = []
                let captured = node.pull
                node.pull = nil
                node.remake = nil
                withExtendedLifetime(captured) {}
            }
        }
    }
}

/// The operations of a thread's cell that somebody may still take a gradient through.
///
/// Those of a cell that was left half-way are taken off the tape: what they kept for their gradients would never be
/// released, for whoever held their results on the stack is gone.
private final class Record {
    private struct Entry {
        weak var node: Node?
    }

    private var entries: [Entry] = []
    /// How many entries may stand here before those of operations that are gone are left out.
    private var room = 1024

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { record in
            if let record { Unmanaged<Record>.fromOpaque(record).release() }
        }
        CellMoment.start.always { current.entries = [] }
        CellMoment.leaving.always { current.letGo() }
        return key
    }()

    /// The record of this thread.
    static var current: Record {
        if let record = pthread_getspecific(key) {
            return Unmanaged<Record>.fromOpaque(record).takeUnretainedValue()
        }
        let record = Record()
        pthread_setspecific(key, Unmanaged.passRetained(record).toOpaque())
        return record
    }

    func add(_ node: Node) {
        if entries.count >= room {
            entries.removeAll { $0.node == nil }
            room = max(1024, 2 * entries.count)
        }
        entries.append(Entry(node: node))
    }

    /// Forgets how to take gradients through the operations since the cell began.
    private func letGo() {
        for node in entries.lazy.compactMap(\.node) {
            (node.inputs, node.pull, node.remake, node.gradient) = ([], nil, nil, nil)
        }
        entries = []
    }
}

/// The record of operations from which gradients are taken.
package enum Tape {
    private static let nodeCount = Atomic(0)
    /// Where each thread counts the `withoutGradients` blocks that it is in. A cell that was stopped may have left some
    /// without reaching their end.
    private static let pausesKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        CellMoment.start.always { pauses = 0 }
        return key
    }()

    private static var pauses: Int {
        get { Int(bitPattern: pthread_getspecific(pausesKey)) }
        set { pthread_setspecific(pausesKey, UnsafeRawPointer(bitPattern: newValue)) }
    }

    package static var isRecording: Bool { pauses == 0 }

    fileprivate static func nextNumber() -> Int { nodeCount.add(1, ordering: .relaxed).newValue }

    fileprivate static func paused<Result>(_ body: () throws -> Result) rethrows -> Result {
        pauses += 1
        defer { pauses -= 1 }
        return try body()
    }

    /// Records although a gradient is being taken, for operations that compute something again.
    fileprivate static func resumed<Result>(_ body: () throws -> Result) rethrows -> Result {
        let outside = pauses
        pauses = 0
        defer { pauses = outside }
        return try body()
    }

    /// Lets a gradient flow from a value to the leaves that it was computed from.
    static func run(from root: Node, seed: Tensor) {
        let isOutermost = Flow.current == nil
        let flow = Flow.current ?? Flow.begin()
        var order = [root]
        var pending = [root]
        root.isQueued = true
        while let node = pending.popLast() {
            for input in node.inputs where !input.isQueued {
                input.isQueued = true
                pending.append(input)
                if input.isLeaf { flow.leaves.append(input) } else { order.append(input) }
            }
        }
        for node in order {
            node.isQueued = false
            for input in node.inputs { input.isQueued = false }
        }
        order.sort { $0.order < $1.order }
        root.gradient = seed
        paused {
            while let node = order.popLast() {
                Interruption.check()
                guard let gradient = node.gradient, let pull = node.pull else { continue }
                node.gradient = nil
                node.pull = nil
                node.remake = nil
                pull(gradient)
                node.inputs = []
            }
        }
        if isOutermost { Flow.end() }
    }
}

/// A gradient on its way to the leaves. If the cell is stopped meanwhile, some leaves have their part and some have
/// not: then all of them lose it, so that the next step does not start from half a gradient.
private final class Flow {
    var leaves: [Node] = []

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        CellMoment.start.always {
            current?.leaves.forEach { $0.gradient = nil }
            end()
        }
        return key
    }()

    /// The one that is under way on this thread.
    static var current: Flow? {
        pthread_getspecific(key).map { Unmanaged<Flow>.fromOpaque($0).takeUnretainedValue() }
    }

    static func begin() -> Flow {
        let flow = Flow()
        pthread_setspecific(key, Unmanaged.passRetained(flow).toOpaque())
        return flow
    }

    static func end() {
        guard let flow = pthread_getspecific(key) else { return }
        pthread_setspecific(key, nil)
        Unmanaged<Flow>.fromOpaque(flow).release()
    }
}

/// Values that an operation keeps for its gradient, or how to compute them again where that is cheap.
final class Kept {
    private var values: Tensor?
    private let remake: (() -> Tensor)?

    init(_ x: Tensor) {
        remake = x.node?.remake
        values = remake == nil ? x.withoutGradient : nil
    }

    /// The values, once: whoever takes them may own their memory alone and use it for its result.
    func take() -> Tensor {
        defer { values = nil }
        return values ?? remake?() ?? Tensor(zeros: [0])
    }
}

/// Computes without recording: nothing inside remembers its inputs, and no gradient flows through it.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Tape.paused(body)
}

extension Tensor {
    /// The same values as a starting point: `backward()` leaves their gradient in `gradient`.
    public func tracked() -> Tensor { Tensor(shape: shape, storage: storage, node: Node()) }

    /// The same values, cut off from the operations that made them.
    public var withoutGradient: Tensor { node == nil ? self : Tensor(shape: shape, storage: storage) }

    /// What `backward()` left here, if this is a tracked tensor that it reached.
    public var gradient: Tensor? { node?.gradient }

    /// Whether operations on this tensor are recorded.
    public var isTracked: Bool { node != nil }

    /// Computes the gradient of this scalar with respect to every parameter and tracked tensor it was computed from,
    /// and adds it to what is there.
    ///
    /// What the operations kept for this is freed on the way, so it is done once.
    public func backward() {
        require(shape.elementCount == 1, "backward: \(shape) - a gradient is taken of one number, such as a mean")
        guard let node else { stopCell("backward: no parameter or tracked tensor went into this value") }
        require(
            node.isLeaf || node.pull != nil,
            "backward: the gradient of this value was taken before, or its cell was stopped; compute it again")
        Tape.run(from: node, seed: Tensor(filling: shape, with: 1))
    }

    /// This value as the result of a recorded operation, if any input wants gradients.
    ///
    /// `pull` gets the gradient of the result and hands on those of the inputs.
    package func recorded(from inputs: Tensor..., pull: @escaping (Tensor) -> Void) -> Tensor {
        recorded(from: inputs, pull: pull)
    }

    package func recorded(from inputs: [Tensor], pull: @escaping (Tensor) -> Void) -> Tensor {
        guard Tape.isRecording else { return self }
        let nodes = inputs.compactMap(\.node)
        return nodes.isEmpty ? self : Tensor(shape: shape, storage: storage, node: Node(inputs: nodes, pull: pull))
    }

    /// Lets operations on this value compute it again for their gradients instead of keeping it.
    func remade(by body: @escaping () -> Tensor) -> Tensor {
        node?.remake = body
        return self
    }

    /// Hands a gradient on to this input of an operation, if it wants one.
    @inline(__always)
    package func accumulate(_ contribution: @autoclosure () -> Tensor) {
        if let node { node.accumulate(contribution()) }
    }

    /// Sums the gradient over the axes that broadcasting repeated.
    package func reduced(to target: Shape) -> Tensor {
        if shape == target { return self }
        var result = self
        for axis in 0..<(shape.rank - target.rank) { result = result.sum(axis: axis, keepingAxis: true) }
        result = result.reshaped(to: Shape(Array(result.shape.sizes.suffix(target.rank))))
        for axis in target.indices where target[axis] == 1 && result.shape[axis] != 1 {
            result = result.sum(axis: axis, keepingAxis: true)
        }
        return result
    }
}

/// A part of a computation whose inner values are not kept: they are computed again when the gradient comes by.
///
/// A stack of such parts needs the memory of one part, for a third more time (Chen et al. 2016).
public func recomputing(_ x: Tensor, _ body: @escaping (Tensor) -> Tensor) -> Tensor {
    guard Tape.isRecording, x.isTracked else { return body(x) }
    return withoutGradients { body(x) }.withoutGradient.recorded(from: x) { gradient in
        let start = x.tracked()
        let again = Tape.resumed { body(start) }
        if let node = again.node { Tape.run(from: node, seed: gradient) }
        if let found = start.gradient { x.accumulate(found) }
    }
}

/// The gradient of a function at a point.
///
/// ```swift
/// gradient(at: [1, 2, 3]) { x in (x * x).sum() }        // [2, 4, 6]
/// ```
public func gradient(at x: Tensor, of function: (Tensor) -> Tensor) -> Tensor {
    let x = x.tracked()
    function(x).backward()
    return x.gradient ?? Tensor(zeros: x.shape)
}
