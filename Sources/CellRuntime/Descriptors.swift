import Foundation

/// How many files the process may have open: a few fewer than the system allows, so that a cell that leaves no descriptor
/// free does not keep the next one from being loaded.
enum Descriptors {
    private static let reserve: rlim_t = 32
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Sets the reserve aside.
    static func keepReserve() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_max > 8 * reserve else { return }
        limit.rlim_cur = min(limit.rlim_cur, limit.rlim_max - reserve)
        setrlimit(resource, &limit)
    }

    /// Does something for which the reserve may be used.
    static func withReserve<Result>(_ body: () -> Result) -> Result {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return body() }
        var raised = limit
        raised.rlim_cur = min(limit.rlim_max, limit.rlim_cur + reserve)
        setrlimit(resource, &raised)
        defer { setrlimit(resource, &limit) }
        return body()
    }
}
