import Foundation
import Notebook

/// Why a .npy file could not be read.
public struct NumPyError: Error, CustomStringConvertible {
    public let description: String
}

extension Tensor {
    /// The array of a NumPy `.npy` file: floats or integers of 8 to 64 bits, little-endian; the values become floats.
    public init(npy path: String) throws(NumPyError) {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
            throw NumPyError(description: "\(path): there is no such file, or it cannot be read")
        }
        try self.init(npyData: data, named: path)
    }

    init(npyData data: Data, named path: String) throws(NumPyError) {
        func failure(_ reason: String) -> NumPyError { NumPyError(description: "\(path): \(reason)") }
        guard data.count >= 12, data[0] == 0x93, data[1...5].elementsEqual("NUMPY".utf8) else {
            throw failure("this is no .npy file")
        }
        let isLong = data[6] >= 2
        let headerStart = isLong ? 12 : 10
        let headerLength = (0..<(isLong ? 4 : 2)).reduce(0) { $0 | Int(data[8 + $1]) << (8 * $1) }
        let start = headerStart + headerLength
        guard start <= data.count else { throw failure("the header is cut off") }
        let header = String(decoding: data[headerStart..<start], as: UTF8.self)
        guard let type = header.firstMatch(of: /'descr':\s*'([<|=>]?)([fiub])(\d)'/),
            let sizes = header.firstMatch(of: /'shape':\s*\(([\d,\s]*)\)/), let width = Int(type.3)
        else { throw failure("the header \(header) has no simple type and shape") }
        guard type.1 != ">" else { throw failure("big-endian numbers are not read") }
        let words = sizes.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let shape = words.map { Int($0) ?? .max }
        let bytes = shape.reduce((count: width, isTooMuch: false)) { product, size in
            let (count, overflows) = product.count.multipliedReportingOverflow(by: size)
            return (count, product.isTooMuch || overflows)
        }
        guard !bytes.isTooMuch, bytes.count <= data.count - start else {
            throw failure("\(data.count - start) bytes of data do not fill the shape \(shape)")
        }
        func values<T>(_: T.Type, _ convert: (T) -> Float) -> Tensor {
            data.withUnsafeBytes { raw in
                Tensor(Shape(shape)) { convert(raw.loadUnaligned(fromByteOffset: start + $0 * width, as: T.self)) }
            }
        }
        let tensor: Tensor
        switch "\(type.2)\(type.3)" {
        case "f4": tensor = values(Float.self) { $0 }
        case "f8": tensor = values(Double.self) { Float($0) }
        case "f2": tensor = values(UInt16.self, Self.half)
        case "i1": tensor = values(Int8.self) { Float($0) }
        case "i2": tensor = values(Int16.self) { Float($0) }
        case "i4": tensor = values(Int32.self) { Float($0) }
        case "i8": tensor = values(Int64.self) { Float($0) }
        case "u1", "b1": tensor = values(UInt8.self) { Float($0) }
        case "u2": tensor = values(UInt16.self) { Float($0) }
        case "u4": tensor = values(UInt32.self) { Float($0) }
        case "u8": tensor = values(UInt64.self) { Float($0) }
        default: throw failure("numbers of type \(type.2)\(type.3) are not read")
        }
        let isReversed = header.contains(/'fortran_order':\s*True/)
        self =
            isReversed
            ? tensor.reshaped(to: Shape(shape.reversed())).transposed(shape.indices.reversed()) : tensor
    }

    /// Writes the tensor as a NumPy `.npy` file of 32-bit floats, replacing the file at once or not at all.
    public func save(npy path: String) throws(NumPyError) {
        do { try npyData.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw NumPyError(description: "\(path): \(error.localizedDescription)")
        }
    }

    var npyData: Data {
        let sizes = shape.map { "\($0)," }.joined(separator: " ")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
        data.append(contentsOf: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
        data.append(contentsOf: header.utf8)
        withElements { data.append(Data(buffer: $0)) }
        return data
    }

    /// The value of a 16-bit float's bits.
    private static func half(_ bits: UInt16) -> Float {
        let (sign, exponent, fraction) = (bits >> 15, Int(bits >> 10 & 31), Float(bits & 1023))
        let magnitude: Float =
            exponent == 0
            ? fraction * 0x1p-24
            : exponent == 31
                ? (fraction == 0 ? .infinity : .nan)
                : (1024 + fraction) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
        return sign == 1 ? -magnitude : magnitude
    }
}
