import Dispatch
import Foundation

/// The main queue, where the main actor's jobs wait: the main thread serves it between cells and while a cell waits.
enum MainQueue {
    private static let wakeup: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return (ends[0], ends[1])
    }()
    private static let handle = _dispatch_get_main_queue_handle_4CF()

    /// Ends the main thread's wait.
    static func wake() {
        var one: UInt8 = 1
        write(wakeup.write, &one, 1)
    }

    /// Waits until the main thread is woken or has jobs, and runs the jobs.
    static func waitAndRun() {
        var descriptors = [
            pollfd(fd: wakeup.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: handle, events: Int16(POLLIN), revents: 0),
        ]
        poll(&descriptors, 2, -1)
        if descriptors[0].revents != 0 {
            var noted = [UInt8](repeating: 0, count: 64)
            while read(wakeup.read, &noted, noted.count) > 0 {}
        }
        if descriptors[1].revents != 0 {
            // Dispatch raises the handle and leaves it to its reader to lower it; a job that comes from here on raises it
            // again.
            var raised: UInt64 = 0
            read(handle, &raised, MemoryLayout<UInt64>.size)
            _dispatch_main_queue_callback_4CF(nil)
        }
    }
}

@_silgen_name("_dispatch_get_main_queue_handle_4CF")
private func _dispatch_get_main_queue_handle_4CF() -> Int32

@_silgen_name("_dispatch_main_queue_callback_4CF")
private func _dispatch_main_queue_callback_4CF(_ message: UnsafeMutableRawPointer?)
