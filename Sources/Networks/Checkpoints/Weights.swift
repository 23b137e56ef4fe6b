import Notebook
import Stories

/// A tensor as it lies in a checkpoint's file.
public struct StoredTensor: Sendable {
    /// Its name, by Hugging Face's convention.
    public let name: String
    /// Its sizes, the outermost first.
    public let shape: [Int]
    /// How its numbers are stored.
    public let format: ElementFormat
    let file: MappedFile
    let offset: Int
    /// Where the rows of each of so many heads stand pair by pair, as llama2.c and GGUF rotate them: row 2i and row
    /// 2i + 1 are Hugging Face's row i of the head's first and of its second half.
    var pairedHeads: Int?

    /// How many numbers it has.
    public var count: Int { shape.reduce(1, *) }

    func renamed(_ name: String, pairedHeads: Int? = nil) -> StoredTensor {
        StoredTensor(name: name, shape: shape, format: format, file: file, offset: offset, pairedHeads: pairedHeads)
    }

    /// The numbers, innermost axis first.
    ///
    /// - Throws: `CheckpointError` where the format holds no weights or a number is not finite.
    public func floats() throws(CheckpointError) -> [Float] {
        var failure: CheckpointError?
        let floats = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            do throws(CheckpointError) {
                try copy(into: start)
                initialized = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return floats
    }

    /// Writes the numbers to memory for `count` floats.
    func copy(into floats: UnsafeMutablePointer<Float>) throws(CheckpointError) {
        guard format.holdsWeights else { throw problem(.wrongFormat(format.rawValue)) }
        guard count > 0, let start = file.bytes.baseAddress else { return }
        if let heads = pairedHeads, let rows = shape.first {
            let (width, headRows) = (count / rows, rows / heads)
            let rowBytes = width / format.elementsPerBlock * format.bytesPerBlock
            for row in 0..<rows {
                let within = row % headRows
                let target = row - within + within % 2 * (headRows / 2) + within / 2
                format.decode(start + offset + row * rowBytes, count: width, into: floats + target * width)
            }
        } else {
            format.decode(start + offset, count: count, into: floats)
        }
        // The bits of infinities, and of what is not a number, are greater than those of every finite number.
        let bits = UnsafeRawPointer(floats).assumingMemoryBound(to: UInt32.self)
        var greatest: UInt32 = 0
        for i in 0..<count { greatest = max(greatest, bits[i] & 0x7FFF_FFFF) }
        guard greatest < Float.infinity.bitPattern else {
            throw problem(.notFinite(element: (0..<count).first { !floats[$0].isFinite } ?? 0))
        }
    }

    func problem(_ problem: CheckpointError.Problem) -> CheckpointError {
        CheckpointError(problem, file: file.path, tensor: name)
    }
}

/// The tensors of a checkpoint by name, from one file or several.
public struct Weights: Sendable {
    /// The file, or the folder of several.
    public let path: String
    /// Texts that the file keeps beside its tensors.
    public internal(set) var metadata: [String: String]
    private(set) var tensors: [String: StoredTensor]

    init(path: String, metadata: [String: String] = [:], tensors: [StoredTensor] = []) {
        (self.path, self.metadata) = (path, metadata)
        self.tensors = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The names of all tensors, in order.
    public var names: [String] { tensors.keys.sorted() }

    /// The tensor of a name, if there is one.
    public subscript(name: String) -> StoredTensor? { tensors[name] }

    /// The tensor of a name and a shape.
    func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> StoredTensor {
        guard let tensor = tensors[name] else { throw CheckpointError(.missing, file: path, tensor: name) }
        guard tensor.shape == shape else { throw tensor.problem(.wrongShape(found: tensor.shape, expected: shape)) }
        return tensor
    }

    /// These tensors and those of another file; a name that both have is an error.
    mutating func merge(_ other: Weights) throws(CheckpointError) {
        for (name, tensor) in other.tensors {
            guard tensors.updateValue(tensor, forKey: name) == nil else {
                throw CheckpointError(.malformed(reason: "two files have it"), file: path, tensor: name)
            }
        }
        metadata.merge(other.metadata) { first, _ in first }
    }

    /// The same tensors under other names; those that get none are left out.
    func renamed(_ name: (StoredTensor) throws(CheckpointError) -> String?) throws(CheckpointError) -> Weights {
        var result = Weights(path: path, metadata: metadata)
        for tensor in tensors.values {
            if let name = try name(tensor) {
                result.tensors[name] = tensor.renamed(name, pairedHeads: tensor.pairedHeads)
            }
        }
        return result
    }
}

extension Weights: CustomStringConvertible {
    public var description: String {
        let numbers = tensors.values.reduce(0) { $0 + $1.count }
        return "\(path): \(tensors.count) tensors, \(numbers) numbers"
    }
}
