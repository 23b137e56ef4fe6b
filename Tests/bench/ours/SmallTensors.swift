import Foundation
import Martlet

/// What an operation on a small tensor costs, in nanoseconds: nearly all of it is overhead.
func benchmarkSmallTensors() {
    let (a, b) = (Tensor([[1, 2, 3], [4, 5, 6]]), Tensor([[6, 5, 4], [3, 2, 1]]))
    let tracked = a.tracked()
    var written = a
    report([
        "create": nanoseconds { _ = Tensor([1, 2, 3]) },
        "add": nanoseconds { _ = a + b },
        "addRecorded": nanoseconds { _ = tracked + b },
        "read": nanoseconds { _ = a[1, 2].item },
        "readRow": nanoseconds { _ = a[1] },
        "write": nanoseconds { written[1, 2] = 7 },
        "print": nanoseconds { _ = a.description },
        "forwardAndBackwardOfEachOf10000": nanoseconds(times: 5) {
            var y = tracked
            for _ in 0..<10_000 { y = y + b }
            y.sum().backward()
        } / 10_000,
    ])
}

/// The least time of a call among several rounds of many.
private func nanoseconds(times: Int = 20_000, _ body: () -> Void) -> Double {
    (0..<7).map { _ in
        let start = wallSeconds()
        for _ in 0..<times { body() }
        return (wallSeconds() - start) / Double(times) * 1e9
    }.min() ?? 0
}
