import Foundation
import Synchronization

/// Has conformances that a later cell states again hold for dynamic casts too, as when a value is printed.
///
/// The runtime finds the first conformance of a type to a protocol for ever. So the witnesses of the new one are written
/// over those of the first. Both have the same places: they are of the same type and the same protocol.
///
/// The layouts are those of Swift's stable ABI (docs/ABI/TypeMetadata.rst; include/swift/ABI/Metadata.h).
enum RestatedConformances {
    private typealias Pointer = UnsafeRawPointer

    /// The addresses of the descriptors of the conformances that cells stated.
    private static let known = Mutex<Set<UInt>>([])
    /// The addresses of the types and of the protocols to which they were stated to conform.
    private static let stated = Mutex<Set<[UInt]>>([])

    /// Notes what the library of a cell states, and has it replace what libraries of earlier cells stated.
    ///
    /// - Parameters:
    ///   - file: the library's file.
    ///   - base: where it was loaded.
    static func take(from file: String, loadedAt base: UInt) {
        for descriptor in descriptors(in: file, loadedAt: base) {
            // Conditions and generic types have a table for each of their arguments.
            let flags = descriptor.load(fromByteOffset: 12, as: UInt32.self)
            guard flags >> 8 & 0xFF == 0, let proto = indirectable(descriptor),
                let type = nominalType(descriptor + 4, kind: flags >> 3 & 7), !isGeneric(type)
            else { continue }
            known.withLock { _ = $0.insert(UInt(bitPattern: descriptor)) }
            let conformance = [UInt(bitPattern: type), UInt(bitPattern: proto)]
            if stated.withLock({ $0.insert(conformance).inserted }) { continue }
            replace(byWitnessesOf: descriptor, of: type, to: proto)
        }
    }

    private static func replace(byWitnessesOf descriptor: Pointer, of type: Pointer, to proto: Pointer) {
        typealias Accessor = @convention(c) (Int) -> Pointer
        typealias Find = @convention(c) (Pointer, Pointer) -> UnsafeMutableRawPointer?
        typealias Table = @convention(c) (Pointer, Pointer, Pointer?) -> Pointer
        guard let find = dlsym(nil, "swift_conformsToProtocol"), let table = dlsym(nil, "swift_getWitnessTable")
        else { return }
        let metadata = unsafeBitCast(relative(type + 12), to: Accessor.self)(0)
        guard let first = unsafeBitCast(find, to: Find.self)(metadata, proto) else { return }
        let new = unsafeBitCast(table, to: Table.self)(descriptor, metadata, nil)
        // What no cell stated stays as it is.
        guard first != new, known.withLock({ $0.contains(first.load(as: UInt.self)) }) else { return }
        let size = (1 + Int(proto.load(fromByteOffset: 16, as: UInt32.self))) * MemoryLayout<Pointer>.size
        let page = UInt(getpagesize())
        let begin = UInt(bitPattern: first) / page * page
        let end = UInt(bitPattern: first) + UInt(size)
        guard mprotect(UnsafeMutableRawPointer(bitPattern: begin), Int(end - begin), PROT_READ | PROT_WRITE) == 0
        else { return }
        first.copyMemory(from: new, byteCount: size)
    }

    // MARK: Layout

    private static func relative(_ place: Pointer) -> Pointer { place + Int(place.load(as: Int32.self)) }

    /// What a place refers to, directly or, where the lowest bit is set, by way of a pointer.
    private static func indirectable(_ place: Pointer) -> Pointer? {
        let offset = Int(place.load(as: Int32.self))
        guard offset & 1 == 1 else { return place + offset }
        return (place + (offset & ~1)).load(as: Pointer?.self)
    }

    private static func nominalType(_ place: Pointer, kind: UInt32) -> Pointer? {
        switch kind {
        case 0: relative(place)
        case 1: relative(place).load(as: Pointer?.self)
        default: nil
        }
    }

    private static func isGeneric(_ type: Pointer) -> Bool { type.load(as: UInt32.self) & 0x80 != 0 }

    /// The conformances that a library states: an ELF section refers to each.
    private static func descriptors(in file: String, loadedAt base: UInt) -> [Pointer] {
        guard let data = try? Data(contentsOf: URL(filePath: file), options: .alwaysMapped) else { return [] }
        return data.withUnsafeBytes { bytes in
            func number<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type = Value.self) -> Int {
                Int(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: offset, as: type))
            }
            guard bytes.count >= 64 else { return [] }
            let headers = number(0x28, as: UInt64.self), size = number(0x3A, as: UInt16.self)
            let count = number(0x3C, as: UInt16.self)
            guard headers > 0, headers + count * size <= bytes.count else { return [] }
            let names = number(headers + number(0x3E, as: UInt16.self) * size + 0x18, as: UInt64.self)
            for header in stride(from: headers, to: headers + count * size, by: size) {
                let name = bytes.baseAddress! + names + number(header, as: UInt32.self)
                guard strcmp(name.assumingMemoryBound(to: CChar.self), "swift5_protocol_conformances") == 0,
                    let begin = Pointer(bitPattern: base + UInt(number(header + 0x10, as: UInt64.self)))
                else { continue }
                return stride(from: 0, to: number(header + 0x20, as: UInt64.self), by: 4).map { relative(begin + $0) }
            }
            return []
        }
    }
}
