import Foundation
import Stories
import Tensors

extension Safetensors {
    /// A tensor to be written: its floats are asked for when it is its turn.
    struct Source {
        let name: String
        let shape: [Int]
        let floats: () -> [Float]
    }

    /// Writes tensors as one safetensors file, which replaces an older one in one step.
    ///
    /// - Parameter format: F32, or F16 or BF16, to which numbers are rounded.
    static func write(
        _ sources: [Source], as format: ElementFormat = .f32, metadata: [String: String] = ["format": "pt"],
        to path: String
    ) throws(CheckpointError) {
        guard [.f32, .f16, .bf16].contains(format) else {
            throw CheckpointError(.wrongFormat(format.rawValue), file: path)
        }
        var entries: [String: Entry] = [:]
        var end: UInt64 = 0
        for source in sources {
            let bytes = UInt64(format.byteCount(of: source.shape) ?? 0)
            entries[source.name] = Entry(
                dtype: format.rawValue, shape: source.shape, data_offsets: [end, end + bytes])
            end += bytes
        }
        let header = try headerBytes(entries, metadata, path)
        try CheckpointError.of { () throws(FileError) in
            let file = try AtomicFile(path)
            try file.write(header)
            for source in sources { try file.write(format.encode(source.floats())) }
            try file.commit()
        }
    }

    /// The header's length and the header, filled with spaces so that the tensors begin at a multiple of eight.
    private static func headerBytes(
        _ entries: [String: Entry], _ metadata: [String: String], _ path: String
    ) throws(CheckpointError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json: [UInt8]
        do {
            json = try [UInt8](encoder.encode(WrittenHeader(metadata: metadata, entries: entries)))
        } catch {
            throw CheckpointError(.unwritable(reason: error.reasonInOneLine), file: path)
        }
        json += [UInt8](repeating: UInt8(ascii: " "), count: (8 - json.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init) + json
    }

    private struct WrittenHeader: Encodable {
        let metadata: [String: String]
        let entries: [String: Entry]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Header.Name.self)
            if !metadata.isEmpty { try container.encode(metadata, forKey: .init(stringValue: "__metadata__")) }
            for (name, entry) in entries { try container.encode(entry, forKey: .init(stringValue: name)) }
        }
    }
}

extension Weights {
    /// Writes tensors as one safetensors file of single precision, which replaces an older one in one step.
    package static func write(
        _ tensors: [(name: String, value: Tensor)], metadata: [String: String], to path: String
    ) throws(CheckpointError) {
        let sources = tensors.map { name, value in
            Safetensors.Source(name: name, shape: value.shape.sizes) { value.withoutGradient.elements }
        }
        try Safetensors.write(sources, metadata: metadata, to: path)
    }

    /// The tensor of a name and a shape.
    package func value(_ name: String, shape: Shape) throws(CheckpointError) -> Tensor {
        Tensor(try tensor(name, shape: shape.sizes).floats(), shape: shape)
    }
}

extension ElementFormat {
    /// Floats in this format, rounded to the nearest, ties to even.
    func encode(_ floats: [Float]) -> [UInt8] {
        switch self {
        case .f16: floats.map { Float16($0).bitPattern.littleEndian }.withUnsafeBytes(Array.init)
        case .bf16: floats.map { upperHalf($0).littleEndian }.withUnsafeBytes(Array.init)
        default: floats.map(\.bitPattern.littleEndian).withUnsafeBytes(Array.init)
        }
    }

    private func upperHalf(_ x: Float) -> UInt16 {
        guard !x.isNaN else { return 0x7FC0 }
        let bits = x.bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }
}
