#define _GNU_SOURCE
#include "CRecovery.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "guard.h"
#include "locals.h"

/// One guarded call, linked to the one around it on the same thread.
typedef struct guard {
    sigjmp_buf entry;
    struct guard *outer;
    recovery_outcome outcome;
    runtime_locals locals;
} guard;

static __thread guard *innermost;
static void (*stray_handler)(const recovery_outcome *);
// One of the few signals that libdispatch does not block on its threads, and that nothing here sends otherwise.
static const int interrupt_signal = SIGSYS;

// Where cell code lies. Handlers read it, so it only ever grows.

typedef struct { uintptr_t start, end; } code_range;
enum { range_limit = 16384 };
static code_range ranges[range_limit];
static atomic_size_t range_count;

static void add_code(uintptr_t start, uintptr_t end) {
    size_t next = atomic_load(&range_count);
    if (next == range_limit) return;
    ranges[next] = (code_range){start, end};
    atomic_store(&range_count, next + 1);
}

static int add_segments(struct dl_phdr_info *info, size_t size, void *argument) {
    (void)size;
    uintptr_t sought = (uintptr_t)argument;
    bool found = false;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_LOAD && sought >= start && sought < start + header->p_memsz) found = true;
    }
    if (!found) return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_LOAD && header->p_flags & PF_X) add_code(start, start + header->p_memsz);
    }
    return 1;
}

// The handle of a loaded library is its link map, and the dynamic section lies in one of its segments.
void recovery_add_library(void *handle) { dl_iterate_phdr(add_segments, ((struct link_map *)handle)->l_ld); }

const char *recovery_library(uintptr_t address, uintptr_t *base) {
    Dl_info info;
    if (!dladdr((const void *)address, &info) || !info.dli_fname) return NULL;
    *base = (uintptr_t)info.dli_fbase;
    return info.dli_fname;
}

static bool is_cell_code(uintptr_t address) {
    for (size_t i = atomic_load(&range_count); i-- > 0;)
        if (address >= ranges[i].start && address < ranges[i].end) return true;
    return false;
}

// Stacks.

typedef struct { uintptr_t *frames; size_t limit, count, skip; } collection;

static _Unwind_Reason_Code collect(struct _Unwind_Context *context, void *argument) {
    collection *into = argument;
    if (into->skip > 0) { into->skip--; return _URC_NO_REASON; }
    int is_exact = 0;
    uintptr_t address = _Unwind_GetIPInfo(context, &is_exact);
    if (!address) return _URC_END_OF_STACK;
    // A return address belongs to the line of the call before it.
    if (!is_exact) address -= 1;
    if (into->count < into->limit) {
        into->frames[into->count] = address;
    } else {
        // A very deep stack: its outer half slides along, so that the statement that began it stays known.
        size_t half = into->limit / 2;
        memmove(into->frames + half, into->frames + half + 1, (into->limit - half - 1) * sizeof(uintptr_t));
        into->frames[into->limit - 1] = address;
    }
    into->count++;
    return _URC_NO_REASON;
}

__attribute__((noinline)) static size_t callers(uintptr_t *frames, size_t limit, size_t skip) {
    collection into = {frames, limit, 0, skip};
    _Unwind_Backtrace(collect, &into);
    return into.count < limit ? into.count : limit;
}

size_t recovery_callers(uintptr_t *frames, size_t limit) { return callers(frames, limit, 2); }

void recovery_prepare_thread(void) {
    const size_t size = 256 * 1024;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack = {.ss_sp = memory, .ss_size = size};
    sigaltstack(&stack, NULL);
}

// Standard output is locked while a value describes itself; a cell that is left there must not keep it locked.

static void unlock_stream(FILE *stream) {
    typedef struct { int lock, count; void *owner; } stream_lock;
    stream_lock *lock = (stream_lock *)stream->_lock;
    while (lock && lock->owner == (void *)pthread_self()) funlockfile(stream);
}

void recovery_buffer_lines(void) { setvbuf(stdout, NULL, _IOLBF, 1 << 16); }

void recovery_flush(void) { fflush(stdout); }

// Guarded calls.

static __thread size_t reached;

void recovery_reach(size_t statement) { reached = statement; }

size_t recovery_reached(void) { return reached; }

bool recovery_is_guarded(void) { return innermost != NULL; }

static _Noreturn void rest(void) {
    for (;;) pause();
}

_Noreturn void recovery_leave(recovery_reason reason) {
    guard *here = innermost;
    if (!here) rest();
    here->outcome.reason = reason;
    siglongjmp(here->entry, 1);
}

recovery_outcome recovery_guard(void (*body)(void)) { return guarded_call(body, true); }

__attribute__((noinline)) recovery_outcome guarded_call(void (*body)(void), bool keeps_locals) {
    guard here;
    here.outer = innermost;
    memset(&here.outcome, 0, sizeof here.outcome);
    here.locals.count = 0;
    if (keeps_locals) save_locals(&here.locals);
    if (sigsetjmp(here.entry, 0) == 0) {
        innermost = &here;
        reached = 0;
        body();
        innermost = here.outer;
    } else {
        innermost = here.outer;
        restore_locals(&here.locals);
        unlock_stream(stdout);
        unlock_stream(stderr);
    }
    free_locals(&here.locals);
    return here.outcome;
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    (void)info;
    (void)context;
    guard *here = innermost;
    recovery_outcome stray = {.reason = recovery_trapped, .signal = signal};
    recovery_outcome *outcome = here ? &here->outcome : &stray;
    outcome->signal = signal;
    // Skips this function and the frame that the system made for it.
    outcome->frame_count = callers(outcome->frames, recovery_frame_limit, 3);
    if (here) recovery_leave(recovery_trapped);
    if (stray_handler) stray_handler(outcome);
    rest();
}

// Throws: the runtime tells where an error begins, so that a person who did not catch it reads the line.

enum { throw_limit = 64, throw_frame_limit = 24 };

typedef struct {
    const void *error;
    size_t count;
    uintptr_t frames[throw_frame_limit];
} throw_record;

static throw_record throws[throw_limit];
static atomic_size_t throw_count;
static __thread uintptr_t stack_end;

/// The runtime calls the handler each time an error is thrown.
extern void _swift_setWillThrowHandler(void (*handler)(const void *error));

static uintptr_t end_of_stack(void) {
    if (!stack_end) {
        pthread_attr_t attributes;
        void *start = NULL;
        size_t size = 0;
        if (pthread_getattr_np(pthread_self(), &attributes)) return 0;
        pthread_attr_getstack(&attributes, &start, &size);
        pthread_attr_destroy(&attributes);
        stack_end = (uintptr_t)start + size;
    }
    return stack_end;
}

/// Follows frame pointers, which Swift functions keep: errors are thrown too often for the unwinder.
static void note_throw(const void *error) {
    throw_record *record = &throws[atomic_fetch_add(&throw_count, 1) % throw_limit];
    uintptr_t end = end_of_stack();
    uintptr_t *frame = __builtin_frame_address(0);
    record->error = error;
    record->count = 0;
    while (record->count < throw_frame_limit) {
        uintptr_t address = frame[1], next = frame[0];
        if (!address) break;
        record->frames[record->count++] = address - 1;
        if (next <= (uintptr_t)frame || next + 2 * sizeof(uintptr_t) > end || next % sizeof(uintptr_t)) break;
        frame = (uintptr_t *)next;
    }
}

size_t recovery_throw(const void *error, uintptr_t *frames, size_t limit) {
    size_t count = atomic_load(&throw_count);
    for (size_t back = 1; back <= throw_limit && back <= count; back++) {
        const throw_record *record = &throws[(count - back) % throw_limit];
        if (record->error != error) continue;
        size_t copied = record->count < limit ? record->count : limit;
        memcpy(frames, record->frames, copied * sizeof(uintptr_t));
        return copied;
    }
    return 0;
}

// Interrupts.

static __thread volatile bool is_held;

void recovery_hold(bool isHeld) { is_held = isHeld; }

#if defined(__x86_64__)
void recovery_trampoline(void);
__asm__(
    ".text\n"
    ".globl recovery_trampoline\n"
    ".hidden recovery_trampoline\n"
    "recovery_trampoline:\n"
    "    andq $-16, %rsp\n"
    "    call recovery_landed\n"
    "    ud2\n");

__attribute__((used, visibility("hidden"))) void recovery_landed(void) { recovery_leave(recovery_interrupted); }

static _Unwind_Reason_Code divert(struct _Unwind_Context *context, void *argument) {
    (void)argument;
    uintptr_t address = _Unwind_GetIP(context);
    if (!is_cell_code(address)) return _URC_NO_REASON;
    uintptr_t *slot = (uintptr_t *)_Unwind_GetCFA(context) - 1;
    if (*slot == address) *slot = (uintptr_t)recovery_trampoline;
    return _URC_END_OF_STACK;
}

static uintptr_t interrupted_address(const ucontext_t *context) { return context->uc_mcontext.gregs[REG_RIP]; }

static bool is_waiting_in_system(uintptr_t address) {
    const unsigned char *code = (const unsigned char *)address;
    return code[-2] == 0x0f && code[-1] == 0x05;
}
#else
static uintptr_t interrupted_address(const ucontext_t *context) { return context->uc_mcontext.pc; }

static bool is_waiting_in_system(uintptr_t address) { return ((const uint32_t *)address)[-1] == 0xd4000001; }
#endif

static void on_interrupt(int signal, siginfo_t *info, void *context) {
    (void)signal;
    if (is_held) return;
    int before = errno;
    uintptr_t address = interrupted_address(context);
    // The first of several attempts sees the whole stack; later ones end at the trampoline.
    if (innermost && !innermost->outcome.frame_count)
        innermost->outcome.frame_count = callers(innermost->outcome.frames, recovery_frame_limit, 3);
    // A thread that no guarded call is on rests from now on.
    if (is_cell_code(address)) recovery_leave(recovery_interrupted);
    if (innermost && info->si_code == SI_QUEUE && info->si_value.sival_int && is_waiting_in_system(address)) recovery_leave(recovery_interrupted);
#if defined(__x86_64__)
    _Unwind_Backtrace(divert, NULL);
#endif
    errno = before;
}

void recovery_interrupt(pthread_t thread, bool force) {
    union sigval value = {.sival_int = force};
    pthread_sigqueue(thread, interrupt_signal, value);
}

void recovery_interrupt_others(void) {
    DIR *threads = opendir("/proc/self/task");
    if (!threads) return;
    pid_t process = getpid();
    for (struct dirent *entry; (entry = readdir(threads));) {
        pid_t thread = atoi(entry->d_name);
        if (thread <= 0 || thread == process || thread == gettid()) continue;
        syscall(SYS_tgkill, process, thread, interrupt_signal);
    }
    closedir(threads);
}

void recovery_install(void (*stray)(const recovery_outcome *)) {
    stray_handler = stray;
    static const int traps[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    action.sa_sigaction = on_trap;
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) sigaction(traps[i], &action, NULL);
    action.sa_sigaction = on_interrupt;
    sigaction(interrupt_signal, &action, NULL);
    _swift_setWillThrowHandler(note_throw);
    recovery_prepare_thread();
}
