import Foundation

/// The files that the process has open: a few fewer than the system allows, so that a cell that leaves no descriptor free
/// does not keep the next one from being loaded, and always those to which text is printed.
enum Descriptors {
    /// Copies of standard output and standard error.
    private static let streams = [STDOUT_FILENO, STDERR_FILENO].map {
        (place: $0, copy: fcntl($0, F_DUPFD_CLOEXEC, 64))
    }

    /// Opens again what a cell has closed of standard output and standard error.
    static func openStreams() {
        for stream in streams where fcntl(stream.place, F_GETFD) < 0 { dup2(stream.copy, stream.place) }
    }

    private static let reserve: rlim_t = 32
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Sets the reserve aside.
    static func keepReserve() {
        _ = streams
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
