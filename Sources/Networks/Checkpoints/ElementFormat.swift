/// How a checkpoint stores numbers. Formats of blocks store 32 numbers with a scale in common (llama.cpp's ggml).
public enum ElementFormat: String, Hashable, Sendable, CaseIterable {
    /// IEEE 754 single, half and double precision; the upper half of a single.
    case f32 = "F32", f16 = "F16", f64 = "F64", bf16 = "BF16"
    /// Whole numbers and truth values, which some files keep beside the weights.
    case i8 = "I8", i16 = "I16", i32 = "I32", i64 = "I64", u8 = "U8", u16 = "U16", u32 = "U32", u64 = "U64", bool =
        "BOOL"
    /// A half-precision scale and 32 numbers of 8 bits.
    case q8_0 = "Q8_0"
    /// A half-precision scale and 32 numbers of 4 bits, less 8.
    case q4_0 = "Q4_0"
    /// A half-precision scale, a half-precision least number, and 32 numbers of 4 bits.
    case q4_1 = "Q4_1"

    /// How many numbers are stored together.
    var elementsPerBlock: Int {
        switch self {
        case .q8_0, .q4_0, .q4_1: 32
        default: 1
        }
    }

    /// The bytes of such a block.
    var bytesPerBlock: Int {
        switch self {
        case .i8, .u8, .bool: 1
        case .f16, .bf16, .i16, .u16: 2
        case .f32, .i32, .u32: 4
        case .f64, .i64, .u64: 8
        case .q8_0: 34
        case .q4_0: 18
        case .q4_1: 20
        }
    }

    /// Whether a model's weights may be stored so.
    var holdsWeights: Bool {
        switch self {
        case .f32, .f16, .bf16, .q8_0, .q4_0, .q4_1: true
        default: false
        }
    }

    /// The bytes of a tensor, or nil where there can be no such tensor.
    func byteCount(of shape: [Int]) -> Int? {
        var elements = 1
        for size in shape {
            let (product, overflows) = elements.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflows else { return nil }
            elements = product
        }
        // A block never crosses a row.
        guard elementsPerBlock == 1 || (shape.last ?? 0) % elementsPerBlock == 0 else { return nil }
        let (bytes, overflows) = (elements / elementsPerBlock).multipliedReportingOverflow(by: bytesPerBlock)
        return overflows ? nil : bytes
    }

    /// Numbers of a weight format as floats. `bytes` holds exactly `count` of them; alignment is of no matter.
    func decode(_ bytes: UnsafeRawPointer, count: Int, into floats: UnsafeMutablePointer<Float>) {
        switch self {
        case .f32:
            UnsafeMutableRawPointer(floats).copyMemory(from: bytes, byteCount: count * 4)
        case .f16:
            for i in 0..<count { floats[i] = half(bytes + i * 2) }
        case .bf16:
            for i in 0..<count {
                let upper = UInt32(UInt16(littleEndian: (bytes + i * 2).loadUnaligned(as: UInt16.self)))
                floats[i] = Float(bitPattern: upper << 16)
            }
        case .q8_0:
            for block in 0..<count / 32 {
                let (from, to) = (bytes + block * 34, floats + block * 32)
                let scale = half(from)
                for i in 0..<32 { to[i] = scale * Float((from + 2 + i).load(as: Int8.self)) }
            }
        case .q4_0:
            for block in 0..<count / 32 {
                let (from, to) = (bytes + block * 18, floats + block * 32)
                nibbles(from + 2, scale: half(from), least: -8 * half(from), into: to)
            }
        case .q4_1:
            for block in 0..<count / 32 {
                let (from, to) = (bytes + block * 20, floats + block * 32)
                nibbles(from + 4, scale: half(from), least: half(from + 2), into: to)
            }
        default:
            preconditionFailure("decode: \(rawValue) holds no weights")
        }
    }
}

@inline(__always)
private func half(_ bytes: UnsafeRawPointer) -> Float {
    Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))))
}

/// 16 bytes hold the first 16 numbers of a block in their lower halves, the others in their upper ones.
@inline(__always)
private func nibbles(
    _ bytes: UnsafeRawPointer, scale: Float, least: Float, into floats: UnsafeMutablePointer<Float>
) {
    for i in 0..<16 {
        let byte = (bytes + i).load(as: UInt8.self)
        floats[i] = Float(byte & 15) * scale + least
        floats[i + 16] = Float(byte >> 4) * scale + least
    }
}
