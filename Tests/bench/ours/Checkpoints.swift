import Foundation
import Martlet

/// What clients ask of a model on the disk: `--do logits`, `--do save` (again and again), `--do tell`, `--do tokenizer`,
/// which saves one, or `--do encode`, which reads texts as lines of base64.
func useCheckpoint(_ options: Options) throws {
    let path = options.text("model", default: "")
    switch options.text("do", default: "") {
    case "tokenizer": return try loadTokenizer(path).save(to: options.text("to", default: ""))
    case "encode": return try encodeLines(by: loadTokenizer(path))
    default: break
    }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let model = try (exists && isFolder.boolValue ? ModelSource.directory(path) : .file(path)).load()
    let ids = options.text("ids", default: "0").split(separator: ",").compactMap { Int32($0) }
    switch options.text("do", default: "logits") {
    case "logits":
        let logits = withoutGradients { model.logits([ids]) }.elements.suffix(model.vocabulary)
        let length = options.integer("length", default: 20)
        let endings = Set(options.text("endings", default: "").split(separator: ",").compactMap { Int32($0) })
        let greedy = model.continuations(of: [ids], length: length, endings: endings)[0]
        var found: [String: Any] = [
            "logits": logits.map(Double.init), "greedy": greedy.tokens.map(Int.init),
            "logProbabilities": greedy.logProbabilities.map(Double.init),
        ]
        let beams = options.integer("beams", default: 0)
        if beams > 0 {
            let best = model.beamContinuations(of: ids, beams: beams, length: length, endings: endings)[0]
            found["beams"] = best.tokens.map(Int.init)
        }
        report(found)
    case "save":
        guard let storable = model as? any StorableModel else { return }
        let format = ElementFormat(rawValue: options.text("format", default: "F32")) ?? .f32
        for _ in 0..<options.integer("times", default: 1) {
            try storable.save(to: options.text("to", default: ""), as: format)
        }
    case "tell":
        let length = options.integer("length", default: 200)
        let start = DispatchTime.now().uptimeNanoseconds
        let told = model.stories(
            after: options.text("prompt", default: "Once upon a time"), length: length, sampling: .greedy)[0]
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        report([
            "text": told.text, "tokens": told.tokens.map(Int.init),
            "tokensPerSecond": Double(told.tokens.count) / seconds,
        ])
    default:
        FileHandle.standardError.write(
            Data("usage: martlet-bench checkpoint --do logits|save|tell --model PATH\n".utf8))
    }
}

/// The ids of each line's text, and the text that these stand for.
private func encodeLines(by tokenizer: any Tokenizer) {
    for line in FileHandle.standardInput.readDataToEndOfFile().split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    {
        guard let text = Data(base64Encoded: line) else { continue }
        let start = wallSeconds()
        let ids = text.withUnsafeBytes { tokenizer.encode(utf8: $0) }
        let seconds = wallSeconds() - start
        report([
            "ids": ids.map(Int.init), "seconds": seconds,
            "decoded": Data(tokenizer.decode(ids).utf8).base64EncodedString(),
        ])
    }
}
