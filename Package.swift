// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The laboratory is what a notebook imports, the kernel is what runs the notebook, and Notebook is the one module that
// both know. A target depends only on targets above it.

// What `import Martlet` brings. Who imports it depends on each of them too: SwiftPM compiles a target anew only where a
// module that it names has changed.
let modulesOfMartlet: [Target.Dependency] = [
    "Notebook", "Plots", "Stories", "Tensors", "Networks", "Training", "Evaluation", "Interpretability",
]

let laboratory: [Target] = [
    // what the vector code was compiled for
    .systemLibrary(name: "CProcessor"),
    // signatures and digests
    .systemLibrary(name: "CSodium"),

    // what a cell shows, asks and reports
    .target(name: "Notebook"),
    // marks, scales and colour, to SVG
    .target(name: "Plots", dependencies: ["Notebook"]),
    // tokenizers, corpora, batches, the story world
    .target(name: "Stories", dependencies: ["CSodium", "Notebook"], swiftSettings: forThisProcessor),
    // Tensor, operations and their gradients, threads and memory
    .target(name: "Tensors", dependencies: ["CProcessor", "Notebook"], swiftSettings: forThisProcessor),
    // layers, GPT and its relatives, checkpoints, generation
    .target(name: "Networks", dependencies: ["Notebook", "Stories", "Tensors"], swiftSettings: forThisProcessor),
    // loss and bits per byte, ROUGE, retellings
    .target(name: "Evaluation", dependencies: ["Notebook", "Plots", "Stories", "Tensors", "Networks"]),
    // optimizers, schedules, the training loop
    .target(name: "Training", dependencies: ["Notebook", "Plots", "Stories", "Tensors", "Networks", "Evaluation"]),
    // attention patterns, neurons
    .target(name: "Interpretability", dependencies: ["Notebook", "Plots", "Stories", "Tensors", "Networks"]),
    // the one import of a notebook: all of the above
    .target(name: "Martlet", dependencies: modulesOfMartlet),
]

let kernel: [Target] = [
    // sockets
    .systemLibrary(name: "CZeroMQ"),
    // the toolchain's completion service
    .systemLibrary(name: "CSourceKit"),
    // leaving a cell that traps or is interrupted
    .target(
        name: "CRecovery", cSettings: [.unsafeFlags(["-fblocks"])],
        linkerSettings: [.linkedLibrary("BlocksRuntime")]),

    // connection file, signatures, framing, sockets
    .target(name: "JupyterWire", dependencies: ["CZeroMQ", "CSodium", "Notebook"]),
    // which processes belong together, and how they end
    .target(name: "Processes"),
    // what kernel and worker say to each other
    .target(name: "WorkerFrames", dependencies: ["Notebook"]),
    // loading a cell, running it, catching what it prints and how it ends
    .target(name: "CellRuntime", dependencies: ["CRecovery", "Notebook", "Processes", "WorkerFrames"]),
    // a cell's text to a compiled module; completion and inspection
    .target(
        name: "Cells", dependencies: ["CSodium", "CSourceKit", "Notebook", "Processes"], swiftSettings: swiftSyntax,
        linkerSettings: linkSwiftSyntax),
    // the process that runs cells: CellRuntime with the laboratory
    .executableTarget(
        name: "CellWorker", dependencies: ["CellRuntime", "Martlet"] + modulesOfMartlet, linkerSettings: exportSymbols),
    // routing, queue, history, the worker's keeper
    .target(
        name: "Kernel",
        dependencies: [
            "JupyterWire", "Cells", "Notebook", "Processes", "WorkerFrames",
            .product(name: "Logging", package: "swift-log"),
        ],
        swiftSettings: swiftSyntax),
    // the command: kernel, install, doctor
    .executableTarget(
        name: "martlet",
        dependencies: [
            "Kernel", "Cells", "JupyterWire", "Processes",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "Logging", package: "swift-log"),
        ],
        swiftSettings: swiftSyntax),
]

let tests: [Target] = [
    .testTarget(name: "NotebookTests", dependencies: ["Notebook"]),
    .testTarget(name: "PlotsTests", dependencies: ["Plots"]),
    .testTarget(name: "StoriesTests", dependencies: ["Stories"]),
    .testTarget(name: "TensorsTests", dependencies: ["Notebook", "Tensors"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks", "Stories", "Tensors"]),
    .testTarget(name: "TrainingTests", dependencies: ["Martlet"] + modulesOfMartlet),
    .testTarget(name: "EvaluationTests", dependencies: ["Martlet"] + modulesOfMartlet),
    .testTarget(name: "InterpretabilityTests", dependencies: ["Martlet"] + modulesOfMartlet),
    .testTarget(name: "JupyterWireTests", dependencies: ["JupyterWire", "Notebook"]),
    .testTarget(name: "CellsTests", dependencies: ["Cells", "Kernel"], swiftSettings: swiftSyntax),
    .testTarget(
        name: "KernelTests",
        dependencies: ["Kernel", "JupyterWire", "Notebook", .product(name: "Logging", package: "swift-log")],
        swiftSettings: swiftSyntax),
    // our side of the comparisons in Tests/bench
    .executableTarget(name: "martlet-bench", dependencies: ["Martlet"] + modulesOfMartlet, path: "Tests/bench/ours"),
]

let package = Package(
    name: "Martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .executable(name: "martlet-worker", targets: ["CellWorker"]),
        .library(name: "Martlet", targets: ["Martlet"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    ],
    targets: laboratory + kernel + tests
)

/// Vector code for the processor that builds it, or for the one that MARTLET_PROCESSOR names: 256-bit or 512-bit fused
/// multiply-adds instead of 128-bit ones.
var forThisProcessor: [SwiftSetting] {
    [.unsafeFlags(["-Xcc", "-march=\(Context.environment["MARTLET_PROCESSOR"] ?? "native")"])]
}

/// Cells resolve the laboratory's symbols in the worker that loads them.
var exportSymbols: [LinkerSetting] { [.unsafeFlags(["-Xlinker", "--export-dynamic"])] }

/// SwiftSyntax as the toolchain ships it: the compiler's own grammar, and no five minutes of building it again.
var swiftSyntax: [SwiftSetting] { [.unsafeFlags(["-I", Toolchain.hostLibraries])] }

var linkSwiftSyntax: [LinkerSetting] {
    [
        .unsafeFlags(["-L", Toolchain.hostLibraries, "-Xlinker", "-rpath", "-Xlinker", Toolchain.hostLibraries]),
        .linkedLibrary("SwiftSyntax"), .linkedLibrary("SwiftParser"), .linkedLibrary("SwiftOperators"),
        .linkedLibrary("SwiftParserDiagnostics"), .linkedLibrary("SwiftDiagnostics"),
    ]
}

enum Toolchain {
    /// The toolchain's `lib/swift/host`, as `swiftc` itself names it.
    static let hostLibraries: String = {
        struct TargetInfo: Decodable {
            struct Paths: Decodable { let runtimeResourcePath: String }
            let paths: Paths
        }
        let compiler = Process()
        let output = Pipe()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments = ["swiftc", "-print-target-info"]
        compiler.standardOutput = output
        guard (try? compiler.run()) != nil else { return "/usr/lib/swift/host" }
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        let paths = try? JSONDecoder().decode(TargetInfo.self, from: answer).paths
        return (paths?.runtimeResourcePath ?? "/usr/lib/swift") + "/host"
    }()
}
