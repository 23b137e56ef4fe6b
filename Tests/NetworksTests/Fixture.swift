import Foundation
import Networks
import Stories
import Tensors
import Testing

/// Small checkpoints and what transformers computes with them (Fixtures/checkpoints/make.py).
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/checkpoints").path

    struct Expected: Decodable {
        let prompt: [Int32]
        let logits: [Float]
        let newTokens: Int
        let greedy: [Int32]
        let repetitionPenalty: [Int32]
        let beams: [[Int32]]
        let beamScores: [Float]
    }

    static func json<Value: Decodable>(_ name: String, as: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    /// The token that ends a text in every fixture.
    static let end: Int32 = 7

    static func lastLogits(_ model: any LanguageModel, _ ids: [Int32]) -> [Float] {
        withoutGradients { model.logits([ids]) }.elements.suffix(model.vocabulary)
    }

    static func difference(_ a: [Float], _ b: [Float]) -> Float {
        a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
    }

    /// Real data, where this machine has it.
    static let data: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../../shared/data")
        let candidates: [String?] = [
            ProcessInfo.processInfo.environment["MARTLET_DATA"], beside.standardizedFileURL.path,
        ]
        return candidates.compactMap { $0 }.first(where: FileManager.default.fileExists(atPath:))
    }()
}

/// A folder that lasts as long as a test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
