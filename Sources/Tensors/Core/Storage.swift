import Notebook

/// A vector of floats as the processor takes it: one register of AVX-512, two of AVX2.
@usableFromInline package typealias Vector = SIMD16<Float>

/// The elements of tensors: a block of memory that returns to the pool with its last owner.
///
/// A block is a whole number of vectors, so loops over vectors need no remainder: what lies behind the last element
/// has no meaning and is never read as a value.
package final class Storage: Abandonable, @unchecked Sendable {
    package let floats: UnsafeMutablePointer<Float>
    private var capacity: Int

    private static let isKnown: Void = Abandonables.add(Storage.self)

    private init(_ block: (pointer: UnsafeMutablePointer<Float>, capacity: Int)) {
        (floats, capacity) = block
    }

    /// A block for a number of floats. There is no object yet when there is no memory and the cell is left: a search for
    /// what such a cell held finds only whole ones.
    package static func allocated(_ count: Int) -> Storage {
        Processor.verify()
        Self.isKnown
        return Storage(Memory.allocate(floats: count))
    }

    deinit { Memory.release(floats, floats: capacity) }

    package func abandon() {
        guard capacity > 0 else { return }
        Memory.release(floats, floats: capacity)
        Memory.trim()
        capacity = 0
    }

    package var constFloats: UnsafePointer<Float> { UnsafePointer(floats) }

    package var vectors: UnsafeMutablePointer<Vector> {
        UnsafeMutableRawPointer(floats).assumingMemoryBound(to: Vector.self)
    }
}

/// How many vectors hold a number of floats.
@inlinable @inline(__always)
package func vectorCount(_ floats: Int) -> Int { (floats + Vector.scalarCount - 1) / Vector.scalarCount }
