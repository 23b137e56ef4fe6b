import Stories

/// A GGUF file: llama.cpp's container of a model's settings, tokenizer and tensors
/// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3).
struct GGUF: Sendable {
    /// A setting of the file.
    enum Value: Hashable, Sendable {
        case integer(Int)
        case number(Double)
        case truth(Bool)
        case text(String)
        indirect case list([Value])
    }

    let path: String
    let settings: [String: Value]
    let weights: Weights

    init(_ file: MappedFile) throws(CheckpointError) {
        path = file.path
        if file.isPickle { throw CheckpointError(.pickle, file: path) }
        var reader = ByteReader(file)
        guard try reader.read(UInt32.self) == 0x4655_4747 else {
            throw CheckpointError(.malformed(reason: "it does not begin with GGUF"), file: path)
        }
        let version = try reader.read(UInt32.self)
        guard version == 2 || version == 3 else {
            throw CheckpointError(.unsupported("version \(version) of GGUF"), file: path)
        }
        let tensorCount = try reader.readCount(bytesEach: 24)
        let settingCount = try reader.readCount(bytesEach: 12)
        var settings: [String: Value] = [:]
        for _ in 0..<settingCount {
            let key = try reader.readText()
            settings[key] = try Self.value(&reader, type: reader.read(), depth: 0)
        }
        self.settings = settings

        var described: [(name: String, shape: [Int], format: ElementFormat, offset: UInt64)] = []
        for _ in 0..<tensorCount { described.append(try Self.description(&reader)) }
        let alignment = settings["general.alignment"]?.integer ?? 32
        guard alignment > 0, alignment <= 1 << 20, alignment % 8 == 0 else {
            throw CheckpointError(.malformed(reason: "tensors are aligned to \(alignment) bytes"), file: path)
        }
        try reader.skip((alignment - reader.position % alignment) % alignment)
        weights = try Weights(path: path, tensors: Self.placed(described, from: reader.position, in: file))
    }

    /// Name, sizes from the innermost out, format, and offset from where the tensors begin.
    private static func description(
        _ reader: inout ByteReader
    ) throws(CheckpointError) -> (name: String, shape: [Int], format: ElementFormat, offset: UInt64) {
        let name = try reader.readText()
        func problem(_ problem: CheckpointError.Problem) -> CheckpointError {
            CheckpointError(problem, file: reader.file.path, tensor: name)
        }
        let rank = try reader.read(UInt32.self)
        guard rank <= 4 else { throw problem(.malformed(reason: "it has \(rank) axes")) }
        var shape: [Int] = []
        for _ in 0..<rank {
            let size = try reader.read(UInt64.self)
            guard let size = Int(exactly: size) else {
                throw problem(.malformed(reason: "an axis has \(size) elements"))
            }
            shape.insert(size, at: 0)
        }
        let type = try reader.read(UInt32.self)
        guard let format = formats[type] else {
            throw problem(.wrongFormat(otherFormats[type] ?? "with ggml's number \(type)"))
        }
        return (name, shape, format, try reader.read())
    }

    private static let formats: [UInt32: ElementFormat] = [
        0: .f32, 1: .f16, 2: .q4_0, 3: .q4_1, 8: .q8_0, 24: .i8, 25: .i16, 26: .i32, 27: .i64, 28: .f64, 30: .bf16,
    ]

    /// What ggml calls the formats that are not read here.
    private static let otherFormats: [UInt32: String] = [
        6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K",
        16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS",
        29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    ]

    /// The tensors, after a look at whether each lies within the file and on no other.
    private static func placed(
        _ described: [(name: String, shape: [Int], format: ElementFormat, offset: UInt64)], from start: Int,
        in file: MappedFile
    ) throws(CheckpointError) -> [StoredTensor] {
        let size = file.bytes.count - start
        var tensors: [StoredTensor] = []
        var names: Set<String> = []
        for (name, shape, format, offset) in described.sorted(by: { $0.offset < $1.offset }) {
            func problem(_ problem: CheckpointError.Problem) -> CheckpointError {
                CheckpointError(problem, file: file.path, tensor: name)
            }
            guard let bytes = format.byteCount(of: shape) else {
                throw problem(.wrongSize(shape: shape, format: format.rawValue, bytes: UInt64(size)))
            }
            guard offset <= UInt64(size), bytes <= size - Int(offset) else {
                let (end, overflows) = offset.addingReportingOverflow(UInt64(bytes))
                throw problem(.outsideOfFile(range: offset..<(overflows ? .max : end), size: size))
            }
            let place = start + Int(offset)
            if let last = tensors.last, bytes > 0, place < last.offset + last.byteCount {
                throw problem(.overlapping(other: last.name))
            }
            guard names.insert(name).inserted else { throw problem(.malformed(reason: "it is there twice")) }
            tensors.append(StoredTensor(name: name, shape: shape, format: format, file: file, offset: place))
        }
        return tensors
    }

    private static func value(
        _ reader: inout ByteReader, type: UInt32, depth: Int
    ) throws(CheckpointError) -> Value {
        switch type {
        case 0: .integer(Int(try reader.read(UInt8.self)))
        case 1: .integer(Int(try reader.read(Int8.self)))
        case 2: .integer(Int(try reader.read(UInt16.self)))
        case 3: .integer(Int(try reader.read(Int16.self)))
        case 4: .integer(Int(try reader.read(UInt32.self)))
        case 5: .integer(Int(try reader.read(Int32.self)))
        case 6: .number(Double(Float(bitPattern: try reader.read())))
        case 7: .truth(try reader.read(UInt8.self) != 0)
        case 8: .text(try reader.readText())
        case 9: try list(&reader, depth: depth + 1)
        case 10: .integer(Int(clamping: try reader.read(UInt64.self)))
        case 11: .integer(Int(try reader.read(Int64.self)))
        case 12: .number(Double(bitPattern: try reader.read()))
        default: throw CheckpointError(.malformed(reason: "a setting has the type \(type)"), file: reader.file.path)
        }
    }

    private static func list(_ reader: inout ByteReader, depth: Int) throws(CheckpointError) -> Value {
        guard depth < 8 else {
            throw CheckpointError(.malformed(reason: "lists of lists of lists"), file: reader.file.path)
        }
        let type = try reader.read(UInt32.self)
        let least = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8]
        let count = try reader.readCount(bytesEach: type < least.count ? least[Int(type)] : 1)
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try value(&reader, type: type, depth: depth)) }
        return .list(values)
    }
}

extension GGUF.Value {
    var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
    var truth: Bool? { if case .truth(let value) = self { value } else { nil } }
    var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }
    var texts: [String]? {
        guard case .list(let values) = self else { return nil }
        let texts = values.compactMap(\.text)
        return texts.count == values.count ? texts : nil
    }
}

extension StoredTensor {
    /// The bytes that it takes in its file.
    var byteCount: Int { format.byteCount(of: shape) ?? 0 }
}
