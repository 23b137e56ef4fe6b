import Foundation
import Networks
import Stories
import Tensors
import Testing

/// Damaged files of every kind are refused or read, and nothing else happens.
///
/// `MARTLET_FUZZ=100000 swift test -c release --filter CheckpointFuzz` tries that many.
@Suite struct CheckpointFuzzTests {
    static let mutations = ProcessInfo.processInfo.environment["MARTLET_FUZZ"].flatMap(Int.init) ?? 1500

    /// One damage: bytes changed, removed, doubled, swapped for telling ones, or numbers in the text made absurd.
    static func damage(_ bytes: [UInt8], headLength: Int, using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { break }
            // Most of what can go wrong stands at the beginning.
            let reach = Bool.random(using: &generator) ? min(bytes.count, headLength) : bytes.count
            let place = Int.random(in: 0..<max(1, reach), using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.removeLast(bytes.count - place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &generator)))
            case 4:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
            case 5:
                let telling: [UInt64] = [0, 1, .max, 1 << 63, 1 << 62, 1 << 32, 0x7FFF_FFFF, 0xFFFF_FFFF]
                let value = withUnsafeBytes(of: telling.randomElement(using: &generator) ?? 0, Array.init)
                for (i, byte) in value.enumerated() where place + i < bytes.count { bytes[place + i] = byte }
            case 6:
                let digits = Array(
                    ["-1", "99999999999999999999", "1e400", "null", "9223372036854775807", "0", "{}", "[[", "\""]
                        .randomElement(using: &generator)?.utf8 ?? "0".utf8)
                guard let digit = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else { break }
                bytes.replaceSubrange(digit...digit, with: digits)
            default: bytes.append(contentsOf: [0, 0, 0, 0])
            }
        }
        return bytes
    }

    /// Loads damaged copies of a file; how many were refused.
    static func refusals(of name: String, headLength: Int, beside: [String] = [], load: (String) throws -> Void) throws
        -> Int
    {
        let folder = try TemporaryFolder()
        let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Fixture.folder)/\(name)")))
        let file = (name as NSString).lastPathComponent
        for other in beside {
            try FileManager.default.copyItem(
                atPath: "\(Fixture.folder)/\(other)", toPath: "\(folder.path)/\((other as NSString).lastPathComponent)")
        }
        var generator = SeededGenerator(seed: name.utf8.reduce(mutations) { $0 &* 31 &+ Int($1) })
        var refused = 0
        for _ in 0..<mutations / 6 {
            _ = try folder.write(damage(original, headLength: headLength, using: &generator), to: file)
            do { try load(folder.path) } catch {
                refused += error is CheckpointError || error is TokenizerError ? 1 : 0
            }
        }
        return refused
    }

    @Test func damagedSafetensorsAreRefused() throws {
        let refused = try Self.refusals(
            of: "gpt2-narrow/model.safetensors", headLength: 2500, beside: ["gpt2-narrow/config.json"]
        ) {
            _ = try ModelSource.directory($0).load()
        }
        #expect(refused > Self.mutations / 12)
    }

    @Test func damagedConfigurationsAreRefused() throws {
        let refused = try Self.refusals(of: "llama/config.json", headLength: 800, beside: ["llama/model.safetensors"]) {
            _ = try ModelSource.directory($0).load()
        }
        #expect(refused > Self.mutations / 12)
    }

    @Test func damagedNeoConfigurationsAreRefused() throws {
        let refused = try Self.refusals(
            of: "gpt-neo/config.json", headLength: 800, beside: ["gpt-neo/model.safetensors"]
        ) {
            _ = try ModelSource.directory($0).load()
        }
        #expect(refused > Self.mutations / 12)
    }

    @Test func damagedIndicesAreRefused() throws {
        let shards = (1...3).map { "gpt2-sharded/model-0000\($0)-of-00003.safetensors" }
        let refused = try Self.refusals(
            of: "gpt2-sharded/model.safetensors.index.json", headLength: 3000,
            beside: shards + ["gpt2-sharded/config.json"]
        ) { _ = try ModelSource.directory($0).load() }
        #expect(refused > 0)
    }

    @Test func damagedGGUFIsRefused() throws {
        let refused = try Self.refusals(of: "gguf/Q4_0.gguf", headLength: 1600) {
            _ = try ModelSource.file($0 + "/Q4_0.gguf").load()
        }
        #expect(refused > Self.mutations / 24)
    }

    @Test func damagedLlama2CIsRefused() throws {
        // A small model of llama2.c: a header and as many floats as it asks for.
        let folder = try TemporaryFolder()
        let header: [Int32] = [8, 12, 1, 2, 1, 259, 16]
        let numbers = 259 * 8 + 8 + 64 + 32 + 32 + 64 + 8 + 3 * 96 + 8 + 16 * 4
        let original = header.withUnsafeBytes(Array.init) + [UInt8](repeating: 0, count: numbers * 4)
        #expect(throws: Never.self) { try ModelSource.file(try folder.write(original, to: "model.bin")).load() }
        var generator = SeededGenerator(seed: Self.mutations)
        for _ in 0..<Self.mutations / 6 {
            let path = try folder.write(Self.damage(original, headLength: 28, using: &generator), to: "model.bin")
            _ = try? ModelSource.file(path).load()
        }
    }

    @Test(arguments: ["gpt2-tokenizer", "llama-tokenizer"])
    func damagedTokenizersInGGUFAreRefused(name: String) throws {
        let refused = try Self.refusals(of: "gguf/\(name).gguf", headLength: 12_000) {
            let model = try ModelSource.file($0 + "/\(name).gguf").load()
            _ = model.tokenizer.map { $0.decode($0.encode("One day, Lily ran\n🐈")) }
        }
        #expect(refused > Self.mutations / 60)
    }

    @Test(arguments: ["tokenizer.json", "llama/prepend.json", "llama/always.json", "llama/tokenizer.bin"])
    func damagedTokenizersAreRefused(name: String) throws {
        let refused = try Self.refusals(of: "../tokenizer/\(name)", headLength: 1500) {
            let tokenizer = try loadTokenizer("\($0)/\((name as NSString).lastPathComponent)")
            _ = tokenizer.decode(tokenizer.encode("One day, Lily ran\n🐈 <s>"))
        }
        #expect(refused > Self.mutations / 60)
    }
}
