import Foundation
import Stories

// Safetensors: eight bytes with the header's length, the header as JSON, and the tensors' bytes one after the other
// without gaps (https://huggingface.co/docs/safetensors).

extension Weights {
    /// The tensors of a safetensors file. Their bytes are read when they are asked for.
    ///
    /// - Throws: `CheckpointError` that names the tensor whose description contradicts the file or another tensor.
    public init(safetensors path: String) throws(CheckpointError) {
        try self.init(safetensors: CheckpointError.of { () throws(FileError) in try MappedFile(path) } as MappedFile)
    }

    init(safetensors file: MappedFile) throws(CheckpointError) {
        func problem(_ problem: CheckpointError.Problem, _ tensor: String? = nil) -> CheckpointError {
            CheckpointError(problem, file: file.path, tensor: tensor)
        }
        let bytes = file.bytes
        if file.isPickle { throw problem(.pickle) }
        guard bytes.count >= 8 else { throw problem(.truncated(needed: 8, present: bytes.count)) }
        let headerLength = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard headerLength <= Safetensors.greatestHeader else {
            throw problem(.malformed(reason: "its first eight bytes claim a header of \(headerLength) bytes"))
        }
        let dataStart = 8 + Int(headerLength)
        guard dataStart <= bytes.count else { throw problem(.truncated(needed: dataStart, present: bytes.count)) }

        let header: Safetensors.Header
        do {
            header = try JSONDecoder().decode(Safetensors.Header.self, from: Data(bytes[8..<dataStart]))
        } catch {
            throw problem(.malformed(reason: "its header is not the JSON of safetensors: \(error.reasonInOneLine)"))
        }
        let data = UInt64(bytes.count - dataStart)
        var end: UInt64 = 0
        var previous = ""
        var tensors: [StoredTensor] = []
        for (name, entry) in header.tensors.sorted(by: Safetensors.inFileOrder) {
            guard let format = ElementFormat(rawValue: entry.dtype), format.elementsPerBlock == 1 else {
                throw problem(.wrongFormat(entry.dtype), name)
            }
            guard entry.data_offsets.count == 2, entry.data_offsets[0] <= entry.data_offsets[1] else {
                throw problem(.malformed(reason: "its offsets are \(entry.data_offsets)"), name)
            }
            let range = entry.data_offsets[0]..<entry.data_offsets[1]
            guard range.upperBound <= data else {
                throw problem(.outsideOfFile(range: range, size: Int(data)), name)
            }
            guard format.byteCount(of: entry.shape) == range.count else {
                throw problem(.wrongSize(shape: entry.shape, format: entry.dtype, bytes: UInt64(range.count)), name)
            }
            if range.lowerBound < end { throw problem(.overlapping(other: previous), name) }
            if range.lowerBound > end {
                throw problem(.malformed(reason: "\(range.lowerBound - end) bytes before it belong to no tensor"), name)
            }
            (end, previous) = (range.upperBound, name)
            tensors.append(
                StoredTensor(
                    name: name, shape: entry.shape, format: format, file: file,
                    offset: dataStart + Int(range.lowerBound)))
        }
        if end < data { throw problem(.malformed(reason: "its last \(data - end) bytes belong to no tensor")) }
        self.init(path: file.path, metadata: header.metadata, tensors: tensors)
    }

    /// The tensors of a safetensors file or, where only an index stands for it, of all shards that the index names.
    init(safetensorsIn folder: String) throws(CheckpointError) {
        let (whole, index) = (folder + "/" + Safetensors.fileName, folder + "/" + Safetensors.indexName)
        // A model that was saved over one in shards stands beside what is left of that.
        let files = FileManager.default
        if files.fileExists(atPath: whole) || !files.fileExists(atPath: index) {
            try self.init(safetensors: whole)
            return
        }
        let names = try Safetensors.placement(index)
        self.init(path: folder)
        for shard in try Safetensors.shards(of: index) {
            try merge(Weights(safetensors: folder + "/" + shard))
        }
        for (name, shard) in names.sorted(by: { $0.key < $1.key }) where self[name] == nil {
            throw CheckpointError(.missing, file: folder + "/" + shard, tensor: name)
        }
    }
}

/// The format's parts.
enum Safetensors {
    static let fileName = "model.safetensors"
    static let indexName = "model.safetensors.index.json"
    /// What the reference implementation accepts.
    static let greatestHeader: UInt64 = 100_000_000

    struct Entry: Codable {
        let dtype: String
        let shape: [Int]
        let data_offsets: [UInt64]
    }

    /// Tensors by where they start; one without bytes stands before the one that begins at the same place.
    static func inFileOrder(_ a: (key: String, value: Entry), _ b: (key: String, value: Entry)) -> Bool {
        if a.value.data_offsets == b.value.data_offsets { return a.key < b.key }
        return a.value.data_offsets.lexicographicallyPrecedes(b.value.data_offsets)
    }

    struct Index: Codable {
        let weight_map: [String: String]
    }

    /// In which file an index says that each tensor lies.
    static func placement(_ index: String) throws(CheckpointError) -> [String: String] {
        do {
            return try JSONDecoder().decode(Index.self, from: Data(contentsOf: URL(fileURLWithPath: index))).weight_map
        } catch {
            throw CheckpointError(.malformed(reason: error.reasonInOneLine), file: index)
        }
    }

    /// The files that an index names, all of its own folder.
    static func shards(of index: String) throws(CheckpointError) -> [String] {
        let shards = try Set(placement(index).values).sorted()
        for shard in shards where shard.contains("/") {
            throw CheckpointError(.malformed(reason: "the shard \(shard) lies outside of the folder"), file: index)
        }
        return shards
    }

    struct Header: Decodable {
        var metadata: [String: String] = [:]
        var tensors: [String: Entry] = [:]

        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            for name in container.allKeys {
                if name.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: name)
                } else {
                    tensors[name.stringValue] = try container.decode(Entry.self, forKey: name)
                }
            }
        }
    }
}

extension Error {
    /// What a decoder found wrong, with the place in the document.
    var reasonInOneLine: String {
        guard let error = self as? DecodingError else { return localizedDescription }
        let context: DecodingError.Context
        switch error {
        case .dataCorrupted(let found), .keyNotFound(_, let found), .typeMismatch(_, let found),
            .valueNotFound(_, let found):
            context = found
        @unknown default: return localizedDescription
        }
        let place = context.codingPath.map(\.stringValue).joined(separator: ".")
        return (place.isEmpty ? "" : "\(place): ") + context.debugDescription.replacing("\n", with: " ")
    }
}
