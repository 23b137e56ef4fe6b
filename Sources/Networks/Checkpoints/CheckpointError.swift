import Foundation

/// Why a checkpoint cannot be read or written: the file, the tensor where it is one tensor's fault, and what is wrong.
public struct CheckpointError: Error, Hashable, Sendable {
    /// What can be wrong with a checkpoint.
    public enum Problem: Hashable, Sendable {
        /// The system refuses the file.
        case unreadable(reason: String)
        /// The system refuses to write the file.
        case unwritable(reason: String)
        /// The file ends before what it promises.
        case truncated(needed: Int, present: Int)
        /// What describes the contents makes no sense.
        case malformed(reason: String)
        /// The tensor's bytes lie outside of the file.
        case outsideOfFile(range: Range<UInt64>, size: Int)
        /// Two tensors claim the same bytes.
        case overlapping(other: String)
        /// The tensor has so many elements, or so few bytes, that both cannot be true.
        case wrongSize(shape: [Int], format: String, bytes: UInt64)
        /// The elements are of a kind that no weight has.
        case wrongFormat(String)
        /// The tensor has another shape than the model needs.
        case wrongShape(found: [Int], expected: [Int])
        /// The model needs a tensor that no file has.
        case missing
        /// The file has a tensor that the model has no place for.
        case unexpected
        /// An element is infinite or not a number.
        case notFinite(element: Int)
        /// A file that runs code when it is opened.
        case pickle
        /// A kind of model, or a setting of one, that does not exist here.
        case unsupported(String)
    }

    /// The path of the file or folder.
    public let file: String
    /// The tensor's name, where the problem is one tensor's.
    public let tensor: String?
    /// What is wrong.
    public let problem: Problem

    package init(_ problem: Problem, file: String, tensor: String? = nil) {
        (self.problem, self.file, self.tensor) = (problem, file, tensor)
    }
}

extension CheckpointError: CustomStringConvertible, LocalizedError {
    public var description: String { "\(file): \(tensor.map { "tensor \($0): " } ?? "")\(problem)" }
    public var errorDescription: String? { description }
}

extension CheckpointError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .unwritable(let reason): "cannot be written: \(reason)"
        case .truncated(let needed, let present):
            "has \(present) bytes, its contents need \(needed) - the file is cut off; copy or download it again"
        case .malformed(let reason): "is malformed: \(reason)"
        case .outsideOfFile(let range, let size):
            "claims the bytes \(range.lowerBound)..<\(range.upperBound) of \(size) - the file is cut off or damaged"
        case .overlapping(let other): "shares bytes with tensor \(other) - the file is damaged"
        case .wrongSize(let shape, let format, let bytes): "\(format) \(shape) does not take \(bytes) bytes"
        case .wrongFormat(let format):
            "has elements of type \(format) - weights are F32, F16 or BF16, in GGUF also Q8_0, Q4_0 or Q4_1"
        case .wrongShape(let found, let expected): "has shape \(found), the model needs \(expected)"
        case .missing: "is missing"
        case .unexpected: "has no place in the model that config.json describes"
        case .notFinite(let element): "element \(element) is infinite or not a number"
        case .pickle:
            "is a Python pickle, which may run any code when it is opened - convert it to safetensors: "
                + "AutoModelForCausalLM.from_pretrained(folder).save_pretrained(folder)"
        case .unsupported(let what): "\(what) is not supported"
        }
    }
}
