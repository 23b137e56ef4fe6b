// Our side of the benchmarks: `martlet-bench train --hidden 128 ...` prints one JSON line of figures.
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
let options = Options(arguments.dropFirst())
switch arguments.first {
case "train": benchmarkTraining(options)
case "tokenize": try benchmarkTokenizing(options)
case "generate": benchmarkGeneration(options)
case "products": benchmarkProducts(options)
case "small": benchmarkSmallTensors()
case "checkpoint": try useCheckpoint(options)
case "resume": try resumeTraining(options)
case "corpus": try benchmarkCorpus(options)
case "stories": printStories(options)
default:
    FileHandle.standardError.write(
        Data(
            "usage: martlet-bench train|generate|products|small|tokenize|corpus|stories [--hidden 128 --layers 8 ...]\n"
                .utf8))
    exit(2)
}
