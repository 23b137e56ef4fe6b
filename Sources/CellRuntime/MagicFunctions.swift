import Foundation
import Notebook

// What magics call in the worker.

/// Goes to a folder, or says which one this is.
public func __changeFolder(_ path: String) {
    let files = FileManager.default
    let folder = (path as NSString).expandingTildeInPath
    if !path.isEmpty, !files.changeCurrentDirectoryPath(folder) {
        var isFolder: ObjCBool = false
        let isThere = files.fileExists(atPath: folder, isDirectory: &isFolder)
        stopCell(
            isFolder.boolValue
                ? "%cd: you have no right to enter '\(path)'."
                : isThere ? "%cd: '\(path)' is a file." : "%cd: there is no folder '\(path)'.")
    }
    print(files.currentDirectoryPath)
}

/// Prints a variable of the environment.
public func __showVariable(_ name: String) {
    guard let value = ProcessInfo.processInfo.environment[name] else {
        stopCell("%env: \(name) is not set; `%env \(name)=value` sets it.")
    }
    print("\(name)=\(value)")
}

/// Prints all variables of the environment.
public func __showVariables() {
    for (name, value) in ProcessInfo.processInfo.environment.sorted(by: { $0.key < $1.key }) {
        print("\(name)=\(value)")
    }
}

/// Runs a closure often enough to know how long it takes, and prints the best and the median of seven rounds.
///
/// The name is so short that what is timed stays in its column.
public func __t<Value>(_ body: () throws -> Value) throws {
    try timeRounds { count in
        for _ in 0..<count {
            let value = try body()
            withUnsafePointer(to: value) { keepAlive($0) }
            Interruption.check()
        }
    }
}

/// The same for what awaits: one call after the other, within one task.
public func __t<Value>(_ body: @escaping () async throws -> Value) throws {
    try timeRounds { count in
        try __waitThrowing {
            for _ in 0..<count {
                let value = try await body()
                withUnsafePointer(to: value) { keepAlive($0) }
                try Task.checkCancellation()
            }
        }
    }
}

/// - Parameter run: runs what is timed so many times.
private func timeRounds(_ run: (_ count: Int) throws -> Void) throws {
    let clock = ContinuousClock()
    func round(_ count: Int) throws -> Double {
        let start = clock.now
        try run(count)
        return (clock.now - start) / .seconds(1)
    }
    var count = 1
    while try round(count) < 0.05, count < 1 << 30 { count *= 4 }
    let seconds = try (0..<7).map { _ in try round(count) / Double(count) }.sorted()
    print("\(readable(seconds[3])) (best \(readable(seconds[0])); 7 rounds of \(count))")
}

@inline(never)
private func keepAlive<Value>(_ value: UnsafePointer<Value>) {}

private func readable(_ seconds: Double) -> String {
    let (scale, unit) =
        seconds >= 1 ? (1, "s") : seconds >= 1e-3 ? (1e3, "ms") : seconds >= 1e-6 ? (1e6, "µs") : (1e9, "ns")
    return String(format: "%.3g %@", seconds * scale, unit)
}
