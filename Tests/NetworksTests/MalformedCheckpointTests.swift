import Foundation
import Networks
import Testing

@Suite struct MalformedCheckpointTests {
    /// A safetensors file of a header and data.
    static func file(_ header: String, data: Int = 0, claimed: UInt64? = nil) -> [UInt8] {
        let json = Array(header.utf8)
        return withUnsafeBytes(of: (claimed ?? UInt64(json.count)).littleEndian, Array.init) + json
            + [UInt8](repeating: 0, count: data)
    }

    static func problem(_ bytes: [UInt8]) throws -> CheckpointError? {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "model.safetensors")
        do {
            _ = try Weights(safetensors: path)
            return nil
        } catch {
            #expect(error.file == path)
            #expect(error.description.hasPrefix(path))
            return error
        }
    }

    @Test func aGoodFileIsRead() throws {
        #expect(try Self.problem(Self.file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, data: 8)) == nil)
        #expect(try Self.problem(Self.file("{}")) == nil)
    }

    @Test func aFileTooShortForItsHeaderIsCutOff() throws {
        #expect(try Self.problem([1, 2, 3])?.problem == .truncated(needed: 8, present: 3))
        #expect(try Self.problem(Self.file("{}", claimed: 1000))?.problem == .truncated(needed: 1008, present: 10))
        #expect(try Self.problem([])?.problem == .truncated(needed: 8, present: 0))
    }

    @Test func aHeaderOfMoreBytesThanAnyIsMalformed() throws {
        guard case .malformed? = try Self.problem(Self.file("{}", claimed: .max))?.problem else {
            Issue.record("accepted")
            return
        }
    }

    @Test func tenGigabytesClaimedInAKilobyteLieOutside() throws {
        let header = #"{"big":{"dtype":"F32","shape":[50000,50000],"data_offsets":[0,10000000000]}}"#
        let error = try Self.problem(Self.file(header, data: 900))
        #expect(error?.tensor == "big")
        #expect(error?.problem == .outsideOfFile(range: 0..<10_000_000_000, size: 900))
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
    ])
    func shapesThatDoNotFitTheBytesAreNamed(header: String) throws {
        let error = try Self.problem(Self.file(header, data: 8))
        #expect(error?.tensor == "a")
        guard case .wrongSize? = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func overlappingTensorsAreNamed() throws {
        let header =
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#
        let error = try Self.problem(Self.file(header, data: 12))
        #expect(error?.tensor == "b" && error?.problem == .overlapping(other: "a"))
    }

    @Test(arguments: [
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999999]}}"#,
        #"{"a":{"dtype":"F32","shape":[2]}}"#, #"[1,2]"#, #"{"a":"#, "",
        #"{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}"#,
        // One name twice: the bytes of one of them belong to no tensor.
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
    ])
    func headersThatMakeNoSenseAreMalformed(header: String) throws {
        guard case .malformed? = try Self.problem(Self.file(header, data: 8))?.problem else {
            Issue.record("accepted: \(header.prefix(80))")
            return
        }
    }

    @Test(arguments: [("", 100_000), (#"{"a":"#, 3_000_000)])
    func headersThatAreNestedTooDeeplyAreMalformed(start: String, levels: Int) throws {
        try headersThatMakeNoSenseAreMalformed(header: start + String(repeating: "[", count: levels))
    }

    @Test func unknownFormatsAreNamed() throws {
        let header = #"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#
        #expect(try Self.problem(Self.file(header, data: 8))?.problem == .wrongFormat("F8_E4M3"))
        // A format that exists, but not for weights, is refused when the tensor is read.
        let folder = try TemporaryFolder()
        let path = try folder.write(
            Self.file(#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, data: 8), to: "x")
        let tensor = try #require(try Weights(safetensors: path)["a"])
        #expect { try tensor.floats() } throws: { ($0 as? CheckpointError)?.problem == .wrongFormat("I64") }
    }

    @Test func numbersThatAreNoneAreNamed() throws {
        let folder = try TemporaryFolder()
        for bad in [Float.nan, .infinity, -.infinity] {
            let data = [Float(1), bad].withUnsafeBytes(Array.init)
            let header = Self.file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#)
            let path = try folder.write(header + data, to: "x")
            let tensor = try #require(try Weights(safetensors: path)["a"])
            #expect { try tensor.floats() } throws: {
                ($0 as? CheckpointError)?.problem == .notFinite(element: 1) && ($0 as? CheckpointError)?.tensor == "a"
            }
        }
    }

    @Test func picklesAreRefusedWithTheReason() throws {
        #expect(try Self.problem([0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 8])?.problem == .pickle)
        #expect(try Self.problem([0x80, 2, 0x8A, 10, 0x6C, 0x2E])?.problem == .pickle)
        let folder = try TemporaryFolder()
        _ = try folder.write(
            Array(Data(contentsOf: URL(fileURLWithPath: Fixture.folder + "/gpt2/config.json"))), to: "config.json")
        _ = try folder.write([0x50, 0x4B, 3, 4], to: "pytorch_model.bin")
        #expect { try GPT(from: .directory(folder.path)) } throws: {
            ($0 as? CheckpointError)?.problem == .pickle && "\($0)".contains("save_pretrained")
        }
    }

    @Test func missingAndExtraTensorsAreNamed() throws {
        func load(_ change: (inout String) -> Void) throws -> CheckpointError? {
            let folder = try TemporaryFolder()
            var config = try String(contentsOfFile: Fixture.folder + "/gpt2/config.json", encoding: .utf8)
            change(&config)
            _ = try folder.write(Array(config.utf8), to: "config.json")
            let weights = try Data(contentsOf: URL(fileURLWithPath: Fixture.folder + "/gpt2/model.safetensors"))
            _ = try folder.write(Array(weights), to: "model.safetensors")
            do { _ = try GPT(from: .directory(folder.path)) } catch { return error }
            return nil
        }
        #expect(try load { _ in } == nil)
        let extra = try load { $0.replace("\"n_layer\": 2", with: "\"n_layer\": 1") }
        #expect(extra?.problem == .unexpected && extra?.tensor?.hasPrefix("h.1.") == true)
        let shape = try load { $0.replace("\"n_positions\": 48", with: "\"n_positions\": 40") }
        #expect(shape?.tensor == "wpe.weight" && shape?.problem == .wrongShape(found: [48, 32], expected: [40, 32]))
        for (key, value) in [
            ("\"n_layer\": 2", "\"n_layer\": 2000"), ("\"n_embd\": 32", "\"n_embd\": 1000000"),
            ("\"n_head\": 4", "\"n_head\": 5"),
            ("\"n_head\": 4", "\"n_head\": 0"), ("\"n_layer\": 2", "\"n_layer\": -1"),
            ("\"n_embd\": 32", "\"n_embd\": -32"),
            ("\"vocab_size\": 61", "\"vocab_size\": 9223372036854775807"), ("gelu_new", "relu"),
            ("\"gpt2\"", "\"bert\""),
            ("\"scale_attn_weights\": true", "\"scale_attn_weights\": false"),
        ] {
            #expect(try load { $0.replace(key, with: value) } != nil, "\(value)")
        }
    }
}
