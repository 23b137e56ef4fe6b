import Foundation
import Stories

// llama2.c's first format (export.py, version 0): seven 32-bit numbers, then all weights as 32-bit floats, each kind
// for all layers together (https://github.com/karpathy/llama2.c).

extension Checkpoint {
    /// A model of llama2.c.
    ///
    /// - Parameter tokenizer: its tokenizer file, or the one that stands beside the model.
    init(llama2c file: MappedFile, tokenizer: String?) throws(CheckpointError) {
        func malformed(_ reason: String) -> CheckpointError {
            CheckpointError(.malformed(reason: reason), file: file.path)
        }
        var reader = ByteReader(file)
        var header: [Int] = []
        for _ in 0..<7 { header.append(Int(try reader.read(Int32.self))) }
        if UInt32(truncatingIfNeeded: header[0]) == 0x616B_3432 {
            throw CheckpointError(
                .unsupported("version \(header[1]) of llama2.c's files (version 0 is)"), file: file.path)
        }
        let heads = header[3]
        guard heads > 0, header[0] > 0, header[0] % heads == 0 else {
            throw malformed("it is no file of llama2.c: its header says \(header)")
        }
        // A negative vocabulary says that the head is a matrix of its own.
        let configuration = ModelConfiguration(
            architecture: .llama, hidden: header[0], layers: header[2], heads: heads, keyValueHeads: max(header[4], 0),
            headWidth: header[0] / heads, neurons: header[1], vocabulary: abs(header[5]), context: header[6],
            epsilon: 1e-5, windows: Array(repeating: nil, count: min(max(header[2], 0), 5000)),
            sharesHead: header[5] > 0,
            beginning: 1, endings: [1, 2])
        if configuration.keyValueHeads == 0 { throw malformed("it has \(header[4]) heads of keys and values") }
        try configuration.validate(file: file.path)
        var layout = Layout(file: file, offset: reader.position)
        let (hidden, neurons, width) = (configuration.hidden, configuration.neurons, configuration.headWidth)
        let (wide, narrow) = (heads * width, configuration.keyValueHeads * width)
        let layers = configuration.layers
        layout.add("embed_tokens", [configuration.vocabulary, hidden])
        layout.add(layers: layers, "input_layernorm", [hidden])
        layout.add(layers: layers, "self_attn.q_proj", [wide, hidden], pairedHeads: heads)
        layout.add(layers: layers, "self_attn.k_proj", [narrow, hidden], pairedHeads: configuration.keyValueHeads)
        layout.add(layers: layers, "self_attn.v_proj", [narrow, hidden])
        layout.add(layers: layers, "self_attn.o_proj", [hidden, wide])
        layout.add(layers: layers, "post_attention_layernorm", [hidden])
        layout.add(layers: layers, "mlp.gate_proj", [neurons, hidden])
        layout.add(layers: layers, "mlp.down_proj", [hidden, neurons])
        layout.add(layers: layers, "mlp.up_proj", [neurons, hidden])
        layout.add("norm", [hidden])
        layout.skip(configuration.context * width)  // the angles' cosines and sines
        if !configuration.sharesHead { layout.add("lm_head", [configuration.vocabulary, hidden]) }
        guard layout.offset <= file.bytes.count else {
            throw CheckpointError(.truncated(needed: layout.offset, present: file.bytes.count), file: file.path)
        }
        guard layout.offset == file.bytes.count else {
            throw malformed("\(file.bytes.count - layout.offset) bytes follow the last weight")
        }
        self.init(
            configuration: configuration, weights: Weights(path: file.path, tensors: layout.tensors),
            storesOutputsFirst: true)
        let folder = (file.path as NSString).deletingLastPathComponent
        let beside = ["tok\(configuration.vocabulary).bin", "tokenizer.bin"].map {
            (folder as NSString).appendingPathComponent($0)
        }
        if let path = tokenizer ?? beside.first(where: FileManager.default.fileExists) {
            try readTokenizer(path) { () throws(TokenizerError) in
                try LlamaTokenizer(contentsOf: path, vocabulary: configuration.vocabulary)
            }
        }
    }

    /// Tensors one after the other, as far as sizes that were validated reach.
    private struct Layout {
        let file: MappedFile
        var offset: Int
        var tensors: [StoredTensor] = []

        mutating func add(_ name: String, _ shape: [Int], pairedHeads: Int? = nil) {
            tensors.append(
                StoredTensor(
                    name: name + ".weight", shape: shape, format: .f32, file: file, offset: offset,
                    pairedHeads: pairedHeads))
            skip(shape.reduce(1, *))
        }

        mutating func add(layers: Int, _ name: String, _ shape: [Int], pairedHeads: Int? = nil) {
            for layer in 0..<layers { add("layers.\(layer).\(name)", shape, pairedHeads: pairedHeads) }
        }

        /// Sizes are at most 2^24 and layers 4096, so the sum can pass the largest number only by far; it stays there.
        mutating func skip(_ numbers: Int) {
            let (end, overflows) = offset.addingReportingOverflow(
                numbers.multipliedReportingOverflow(by: 4).partialValue)
            offset = overflows || numbers > Int.max / 8 ? .max / 2 : end
        }
    }
}
