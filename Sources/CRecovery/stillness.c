// Standing still: while the process is copied, each other thread waits in a handler of signals, whose frame has what the
// thread's registers held. In the system's own memory nobody could read it.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

enum { thread_limit = 1024, longest_wait = 200 };

/// The threads that were asked, and where their stacks end; 0 where that is not known.
static struct { int thread; atomic_uint stop; uintptr_t stack; } threads[thread_limit];
static size_t thread_count;
/// The number of the stop that lasts; 0 while everybody goes on.
static atomic_uint lasting;
static unsigned last_stop;

void stand_still(unsigned place, unsigned stop, uintptr_t stack) {
    if (stop == 0 || atomic_load(&lasting) != stop || place >= thread_limit) return;
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    if (is_on_signal_stack(stack)) {
        threads[place].stack = 0;
    } else {
        // The system leaves alone what a function may have below its frame.
        enum { red_zone = 128 };
        threads[place].stack = is_on_signal_stack(frame) ? stack - red_zone : frame;
    }
    atomic_store(&threads[place].stop, stop);
    const struct timespec moment = {.tv_nsec = 50000000};
    while (atomic_load(&lasting) == stop)
        syscall(SYS_futex, &lasting, FUTEX_WAIT_PRIVATE, stop, &moment, NULL, 0);
}

/// Asks each thread that was not asked yet; -1 where that is not possible, otherwise how many there were. It allocates
/// nothing: a thread may stand still in an allocation.
static int ask_new(int folder) {
    struct { uint64_t inode; int64_t offset; unsigned short length; unsigned char type; char name[]; } *entry;
    char entries[4096] __attribute__((aligned(8)));
    int asked = 0;
    lseek(folder, 0, SEEK_SET);
    for (long size; (size = syscall(SYS_getdents64, folder, entries, sizeof entries)) != 0;) {
        if (size < 0) return -1;
        for (char *place = entries; place < entries + size; place += entry->length) {
            entry = (void *)place;
            int thread = 0;
            for (const char *digit = entry->name; *digit >= '0' && *digit <= '9'; digit++) thread = thread * 10 + *digit - '0';
            if (!thread || thread == gettid()) continue;
            bool is_known = false;
            for (size_t i = 0; i < thread_count; i++) is_known |= threads[i].thread == thread;
            if (is_known) continue;
            if (thread_count == thread_limit) return -1;
            threads[thread_count].thread = thread;
            ask_to_stand_still(thread, (unsigned)thread_count, last_stop);
            thread_count++;
            asked++;
        }
    }
    return asked;
}

/// Whether a thread stands still, or has ended.
static bool is_still(size_t place) {
    return atomic_load(&threads[place].stop) == last_stop
        || (syscall(SYS_tgkill, getpid(), threads[place].thread, 0) && errno == ESRCH);
}

static bool wait_for_all(void) {
    const struct timespec moment = {.tv_nsec = 1000000};
    for (int waited = 0; waited < longest_wait; waited++) {
        bool are_still = true;
        for (size_t i = 0; i < thread_count; i++) are_still &= is_still(i);
        if (are_still) return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

bool stop_all(void) {
    int folder = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return false;
    thread_count = 0;
    last_stop = last_stop % 1000000 + 1;
    atomic_store(&lasting, last_stop);
    int asked;
    bool are_still = true;
    // Those that were just asked may have begun others before they stood still.
    while (are_still && (asked = ask_new(folder)) != 0) are_still = asked > 0 && wait_for_all();
    close(folder);
    if (!are_still) go_on();
    return are_still;
}

void go_on(void) {
    atomic_store(&lasting, 0);
    syscall(SYS_futex, &lasting, FUTEX_WAKE_PRIVATE, thread_limit, NULL, NULL, 0);
}

uintptr_t stack_in_use(uintptr_t start, uintptr_t end) {
    for (size_t i = 0; i < thread_count; i++)
        if (threads[i].stack >= start && threads[i].stack < end && atomic_load(&threads[i].stop) == last_stop)
            return threads[i].stack & -sizeof(uintptr_t);
    return start;
}
