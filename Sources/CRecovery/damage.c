// Traps in the C library's heap: it found its marks spoiled, or stumbled over them. It may have closed its lock before, and
// then whoever asks it for memory next waits for ever.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#include "guard.h"

static const char *const names[] = {"malloc", "free", "calloc", "realloc", "aligned_alloc", "posix_memalign"};
enum { name_count = sizeof names / sizeof *names };
static uintptr_t functions[name_count];

void find_heap(void) {
    for (size_t i = 0; i < name_count; i++) functions[i] = (uintptr_t)dlsym(RTLD_DEFAULT, names[i]);
}

/// Whether a function of the heap is among the callers, up to the cell.
static bool is_in_heap(const recovery_outcome *outcome) {
    for (size_t i = 0; i < outcome->frame_count && !is_cell_code(outcome->frames[i]); i++) {
        uintptr_t function = (uintptr_t)_Unwind_FindEnclosingFunction((void *)outcome->frames[i]);
        for (size_t j = 0; j < name_count; j++) if (function && function == functions[j]) return true;
    }
    return false;
}

/// Takes blocks of many sizes from the heap and gives them back, in a copy of the process, and ends the copy.
static _Noreturn void try_heap(void) {
    enum { count = 80, step = 16, times = 3 };
    for (int signal = 1; signal < NSIG; signal++) {
        struct sigaction plain = {.sa_handler = SIG_DFL};
        sigaction(signal, &plain, NULL);
    }
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarms, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 500 * 1000}}, NULL);
    // What the heap says is said already.
    close(STDERR_FILENO);
    static void *volatile blocks[count * times];
    for (size_t i = 0; i < count * times; i++) blocks[i] = malloc(step / 2 + step * (i % count));
    for (size_t i = 0; i < count * times; i++) free(blocks[i]);
    blocks[0] = malloc(100 * 1000);
    free(blocks[0]);
    _exit(0);
}

static bool heap_serves(void) {
    // Not the library's `fork`, which waits for the lock.
    pid_t copy = _Fork();
    if (copy == 0) try_heap();
    int status = 0;
    return copy < 0 || (waitpid(copy, &status, 0) == copy && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void end_with_heap(const recovery_outcome *outcome) {
    if (!is_in_heap(outcome) || heap_serves()) return;
    static const char words[] = "Fatal error: the cell has damaged the heap\n";
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
    _exit(1);
}
