// Threads of cells: each works for the run that started it, and ends where it traps.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "guard.h"

static __thread uintptr_t signal_stack;
enum { signal_stack_size = 128 * 1024 };

void recovery_prepare_thread(void) {
    void *memory = mmap(NULL, signal_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack = {.ss_sp = memory, .ss_size = signal_stack_size};
    sigaltstack(&stack, NULL);
    signal_stack = (uintptr_t)memory;
}

static void forget_signal_stack(void) {
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    if (signal_stack) munmap((void *)signal_stack, signal_stack_size);
    signal_stack = 0;
}

bool is_on_signal_stack(uintptr_t address) {
    return signal_stack && address >= signal_stack && address < signal_stack + signal_stack_size;
}

void wipe_signal_stack(void) {
    if (signal_stack && !is_on_signal_stack((uintptr_t)__builtin_frame_address(0)))
        madvise((void *)signal_stack, signal_stack_size, MADV_DONTNEED);
}

/// What `pthread_exit` was called with on this thread.
static __thread void *exit_result;

/// Ends what a cell has on this thread, which may be one that runs other cells.
void pthread_exit(void *result) {
    static void (*next)(void *) __attribute__((noreturn));
    exit_result = result;
    if (innermost) recovery_leave(recovery_left);
    if (!next) next = dlsym(RTLD_NEXT, "pthread_exit");
    next(result);
}

/// One that cancels itself ends the same.
int pthread_cancel(pthread_t thread) {
    static int (*next)(pthread_t);
    if (pthread_equal(thread, pthread_self())) pthread_exit(PTHREAD_CANCELED);
    if (!next) next = dlsym(RTLD_NEXT, "pthread_cancel");
    return next(thread);
}

typedef struct {
    void *(*body)(void *);
    void *argument;
    uint64_t run;
    void *result;
} start;

static void call_body(void *argument) {
    start *this = argument;
    this->result = this->body(this->argument);
}

static __attribute__((noinline)) void *run_on_clear_stack(void *argument) {
    start this = *(start *)argument;
    free(argument);
    recovery_prepare_thread();
    if (this.run) {
        recovery_outcome outcome = guarded_call(call_body, &this, this.run);
        if (outcome.reason != recovery_finished) report_stray(&outcome);
        if (outcome.reason == recovery_left) this.result = exit_result;
    } else {
        call_body(&this);
    }
    leave_place();
    forget_signal_stack();
    return this.result;
}

static void *run_thread(void *argument) {
    // The stack may have been another thread's, whose end has left addresses there. No stack has less than 16 kB.
    recovery_clear_stack(4 << 10);
    void *result = run_on_clear_stack(argument);
    // Not a tail call, which would give this frame up.
    __asm__ volatile("" ::: "memory");
    return result;
}

/// Dispatch's own threads serve everybody: their blocks are guarded one by one.
static bool is_of_dispatch(void *(*body)(void *)) {
    Dl_info info;
    return dladdr((void *)body, &info) && info.dli_fname && strstr(info.dli_fname, "/libdispatch.so");
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
    static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!next) next = dlsym(RTLD_NEXT, "pthread_create");
    start *this = malloc(sizeof *this);
    if (!this) return next(thread, attributes, body, argument);
    *this = (start){body, argument, is_of_dispatch(body) ? 0 : recovery_run(), NULL};
    int failure = next(thread, attributes, run_thread, this);
    if (failure) free(this);
    return failure;
}
