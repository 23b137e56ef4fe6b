internal import CRecovery
import Foundation
import Synchronization
internal import WorkerFrames

/// Loads the libraries of cells and knows their code again.
enum CellLibrary {
    typealias Entry = @convention(c) () -> Void

    struct Failure: Error {
        let reason: String
    }

    private static let loaded = Mutex<Set<String>>([])

    private static let imported = Mutex<Set<String>>([])

    /// Loads libraries of packages, each once.
    static func load(_ libraries: [String]) throws(Failure) {
        for library in libraries where !imported.withLock({ $0.contains(library) }) {
            guard let handle = open(library) else {
                throw Failure(reason: dlerror().map { String(cString: $0) } ?? library)
            }
            // A loop in a package is left as readily as one in a cell.
            if imported.withLock({ $0.insert(library).inserted }) { recovery_add_library(handle) }
        }
    }

    /// Loads the library of a cell, and returns the function that runs its statements.
    static func load(_ order: CellOrder) throws(Failure) -> Entry {
        try load(order.imported)
        guard let handle = open(order.library) else {
            throw Failure(reason: dlerror().map { String(cString: $0) } ?? order.library)
        }
        guard let symbol = dlsym(handle, order.entry) else {
            throw Failure(reason: "\(order.library) has no \(order.entry)")
        }
        if loaded.withLock({ $0.insert(order.library).inserted }) {
            recovery_add_library(handle)
            var base: UInt = 0
            if recovery_library(UInt(bitPattern: symbol), &base) != nil {
                RestatedConformances.take(from: order.library, loadedAt: base)
            }
        }
        return unsafeBitCast(symbol, to: Entry.self)
    }

    /// The function that lists what the constants of a cell hold; nil where there is none.
    static func values(of order: CellOrder) -> Entry? {
        guard let name = order.values, let handle = open(order.library), let symbol = dlsym(handle, name) else {
            return nil
        }
        return unsafeBitCast(symbol, to: Entry.self)
    }

    private static func open(_ library: String) -> UnsafeMutableRawPointer? {
        if let handle = dlopen(library, RTLD_NOW | RTLD_GLOBAL) { return handle }
        // A program that has used up its descriptors gets a few more for as long as this takes.
        return Descriptors.withReserve { dlopen(library, RTLD_NOW | RTLD_GLOBAL) }
    }

    /// The library that holds an address.
    static func file(of address: UInt) -> String? {
        var base: UInt = 0
        return recovery_library(address, &base).map { String(cString: $0) }
    }

    /// Where machine code lies, for those addresses that are in libraries of cells.
    static func places(_ addresses: [UInt]) -> [CodePlace] {
        addresses.compactMap { address in
            var base: UInt = 0
            guard let file = recovery_library(address, &base) else { return nil }
            let library = String(cString: file)
            guard loaded.withLock({ $0.contains(library) }) else { return nil }
            return CodePlace(library: library, offset: UInt64(address - base))
        }
    }
}
