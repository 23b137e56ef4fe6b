import Foundation

/// The command line of one benchmark: `--name value` pairs.
struct Options {
    private var values: [String: String] = [:]

    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let name = rest.popFirst() {
            guard name.hasPrefix("--") else { continue }
            values[String(name.dropFirst(2))] = rest.popFirst() ?? ""
        }
    }

    func integer(_ name: String, default value: Int) -> Int { values[name].flatMap(Int.init) ?? value }
    func text(_ name: String, default value: String) -> String { values[name] ?? value }
}

/// Prints one benchmark's figures as a line of JSON.
func report(_ figures: [String: Any]) {
    guard let data = try? JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys]) else { return }
    print(String(decoding: data, as: UTF8.self))
}

/// The middle of some samples.
func median(_ samples: [Double]) -> Double { samples.sorted()[samples.count / 2] }

/// The most memory that this process ever held, in bytes.
func peakResidentBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
}

/// How often this process touched memory that the system had yet to give it.
func pageFaults() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_minflt
}

/// The processor time that this process used so far, in seconds: on a busy machine a steadier measure than the clock.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The time on the wall, in seconds.
func wallSeconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
