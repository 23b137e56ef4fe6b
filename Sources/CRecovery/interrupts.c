// Interrupts: threads that work for a run leave what they do for it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "guard.h"

// One of the few signals that libdispatch does not block on its threads, and that nothing here sends otherwise.
static const int interrupt_signal = SIGSYS;

static void (*trap_handler)(int, siginfo_t *, void *);
/// Whether any thread found itself meant by the interrupts of a run since the last question.
enum { meant_limit = 64 };
static atomic_bool is_meant[meant_limit];
static __thread volatile bool is_held;

__thread task_exit diverted_exit;
__thread bool has_diverted_exit;

void recovery_hold(bool isHeld) { is_held = isHeld; }

#if defined(__x86_64__)
void recovery_trampoline(void);
__asm__(
    ".text\n"
    ".globl recovery_trampoline\n"
    ".hidden recovery_trampoline\n"
    "recovery_trampoline:\n"
    // What the library function returns belongs to the frames that are given up.
    "    pushq %rax\n"
    "    pushq %rdx\n"
    "    pushq %rcx\n"
    "    pushq %r8\n"
    "    andq $-16, %rsp\n"
    "    call recovery_landed\n"
    "    ud2\n");

__attribute__((used, visibility("hidden"))) void recovery_landed(void) { recovery_leave(recovery_interrupted); }

/// Has a frame return to the trampoline if it is a cell's. Returns whether the search is over.
static bool divert_frame(uintptr_t address, uintptr_t *slot) {
    if (address == (uintptr_t)recovery_trampoline) return true;
    if (!is_cell_code(address)) return false;
    if (*slot == address) {
        // From there on, the stack cannot be followed any more.
        has_diverted_exit = find_task_exit(&diverted_exit);
        *slot = (uintptr_t)recovery_trampoline;
    }
    return true;
}

typedef struct { uintptr_t frame_pointer; bool is_over; } search;

static _Unwind_Reason_Code divert(struct _Unwind_Context *context, void *argument) {
    enum { frame_pointer = 6 };
    search *this = argument;
    this->frame_pointer = _Unwind_GetGR(context, frame_pointer);
    this->is_over = divert_frame(_Unwind_GetIP(context), (uintptr_t *)_Unwind_GetCFA(context) - 1);
    return this->is_over ? _URC_END_OF_STACK : _URC_NO_REASON;
}

/// Has the innermost function that a cell called return to the trampoline.
static void divert_stack(uintptr_t stack) {
    search this = {0};
    _Unwind_Backtrace(divert, &this);
    // The unwinder knows no way out of some functions, such as those that the system lends to read its clock, or that
    // Swift's compiler has merged. They keep frame pointers, as all of Swift does.
    for (uintptr_t frame = this.frame_pointer; !this.is_over && frame >= stack && frame < (uintptr_t)innermost;) {
        uintptr_t *words = (uintptr_t *)(frame & -sizeof(uintptr_t));
        this.is_over = divert_frame(words[1], words + 1) || words[0] <= frame;
        frame = words[0];
    }
}

static uintptr_t interrupted_address(const ucontext_t *context) { return context->uc_mcontext.gregs[REG_RIP]; }

static uintptr_t interrupted_stack(const ucontext_t *context) { return context->uc_mcontext.gregs[REG_RSP]; }

/// A call that is to begin again has its instruction before it, one that failed for the interrupt has it behind it.
static bool is_waiting_in_system(const ucontext_t *context) {
    // Who lets others have the processor waits for a thread, not for the system.
    if (context->uc_mcontext.gregs[REG_RAX] == SYS_sched_yield) return false;
    const unsigned char *code = (const unsigned char *)interrupted_address(context);
    bool has_failed = context->uc_mcontext.gregs[REG_RAX] == -EINTR;
    return (code[0] == 0x0f && code[1] == 0x05) || (has_failed && code[-2] == 0x0f && code[-1] == 0x05);
}

static bool is_end(uintptr_t address) { return address == (uintptr_t)recovery_trampoline; }
#else
static uintptr_t interrupted_address(const ucontext_t *context) { return context->uc_mcontext.pc; }

static uintptr_t interrupted_stack(const ucontext_t *context) { return context->uc_mcontext.sp; }

static bool is_waiting_in_system(const ucontext_t *context) {
    const uint32_t *code = (const uint32_t *)interrupted_address(context);
    bool has_failed = (int64_t)context->uc_mcontext.regs[0] == -EINTR;
    return code[0] == 0xd4000001 || (has_failed && code[-1] == 0xd4000001);
}

static bool is_end(uintptr_t address) {
    (void)address;
    return false;
}
#endif

typedef struct { uint64_t first : 31, last : 31, patience : 2; } order;
/// In the place of a patience: not to leave anything, but to wait.
enum { stand_still_order = recovery_waits + 1 };

static _Unwind_Reason_Code seek_cell(struct _Unwind_Context *context, void *argument) {
    uintptr_t address = _Unwind_GetIP(context);
    if (!is_cell_code(address) && !is_end(address)) return _URC_NO_REASON;
    *(bool *)argument = true;
    return _URC_END_OF_STACK;
}

/// Whether a cell called what this thread does: threads that serve all cells wait for work without one.
static bool works_for_cell(void) {
    bool found = false;
    _Unwind_Backtrace(seek_cell, &found);
    return found;
}

static bool begins(const char *name, const char *start) { return !strncmp(name, start, strlen(start)); }

/// Whether a function is one of the standard library's own in Swift. They lock nothing, unlike the runtime's, which have
/// other names.
static bool is_of_standard_library(uintptr_t address) {
    static const char *const libraries[] = {
        "/libswiftCore.so", "/libswiftSwiftOnoneSupport.so", "/libswift_StringProcessing.so",
    };
    Dl_info info;
    if (!dladdr((void *)address, &info) || !info.dli_fname) return false;
    bool is_there = false;
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) is_there |= strstr(info.dli_fname, libraries[i]) != NULL;
    return is_there && (!info.dli_sname || begins(info.dli_sname, "$s"));
}

// The C library's functions that move memory, as this processor has them. They lie among others of their kind, none of
// which calls or locks anything.
static uintptr_t moves[3];

/// Whether a function that the standard library calls locks nothing either. It moves memory, or it counts references: one
/// atomic exchange, before or after which the count is right, and what it does beyond that it has others do.
static bool is_plain(uintptr_t address) {
    enum { longest_move = 2048 };
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i] && address >= moves[i] && address < moves[i] + longest_move) return true;
    static const char *const starts[] = {
        "swift_array", "swift_retain", "swift_release", "swift_bridgeObjectRetain", "swift_bridgeObjectRelease",
    };
    Dl_info info;
    const ElfW(Sym) *symbol;
    if (!dladdr1((void *)address, &info, (void **)&symbol, RTLD_DL_SYMENT) || !info.dli_sname || !symbol) return false;
    // Behind a function that has a name there may be some that have none.
    if (address >= (uintptr_t)info.dli_saddr + symbol->st_size || !strstr(info.dli_fname, "/libswiftCore.so")) return false;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) if (begins(info.dli_sname, starts[i])) return true;
    return false;
}

typedef struct { size_t skip; bool is_innermost, is_plain; } descent;

static _Unwind_Reason_Code descend(struct _Unwind_Context *context, void *argument) {
    descent *this = argument;
    if (this->skip > 0) { this->skip--; return _URC_NO_REASON; }
    uintptr_t address = _Unwind_GetIP(context);
    if (is_cell_code(address) || is_end(address)) { this->is_plain = true; return _URC_END_OF_STACK; }
    // Where a function was interrupted lies in it; where it returns to may lie behind it.
    bool may_be_left = this->is_innermost && is_plain(address);
    may_be_left |= is_of_standard_library(this->is_innermost ? address : address - 1);
    this->is_innermost = false;
    return may_be_left ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/// Whether the cell called nothing but a long function of the standard library, such as a sort.
static __attribute__((noinline)) bool is_in_standard_library(void) {
    // This function, the handler and the system's frame for it.
    descent this = {.skip = 3, .is_innermost = true};
    _Unwind_Backtrace(descend, &this);
    return this.is_plain;
}

static void on_interrupt(int signal, siginfo_t *info, void *context) {
    if (info->si_code != SI_QUEUE || info->si_pid != getpid()) {
        if (innermost) trap_handler(signal, info, context);
        return;
    }
    union { void *pointer; order order; } value = {.pointer = info->si_value.sival_ptr};
    if (value.order.patience == stand_still_order) {
        int before = errno;
        stand_still(value.order.first, value.order.last, interrupted_stack(context));
        errno = before;
        return;
    }
    if (!innermost) return;
    uint64_t run = recovery_run();
    if (run < value.order.first || run > value.order.last) return;
    atomic_store(&is_meant[value.order.last % meant_limit], true);
    if (is_held || must_wait()) return;
    int before = errno;
    uintptr_t address = interrupted_address(context);
    // The first of several attempts sees the whole stack; later ones end at the trampoline.
    if (!innermost->outcome.frame_count)
        innermost->outcome.frame_count = collect_callers(innermost->outcome.frames, recovery_frame_limit, 3);
    bool may_leave = is_cell_code(address)
        || (value.order.patience < 2 && is_waiting_in_system(context) && works_for_cell())
        || (value.order.patience < 1 && is_in_standard_library());
    if (may_leave) {
        note_cut(context);
        recovery_leave(recovery_interrupted);
    }
#if defined(__x86_64__)
    divert_stack(interrupted_stack(context));
#endif
    errno = before;
}

static siginfo_t signal_with(order this) {
    union { void *pointer; order order; } value = {.order = this};
    siginfo_t info = {.si_signo = interrupt_signal, .si_code = SI_QUEUE};
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = value.pointer;
    return info;
}

static void send(int thread, const void *info) {
    if (thread != gettid()) syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, interrupt_signal, info);
}

void recovery_interrupt(uint64_t first, uint64_t last, recovery_patience patience) {
    siginfo_t info = signal_with((order){first, last, patience});
    // Nobody else: a signal cuts sleeps short.
    for_workers(first, last, send, &info);
}

void ask_to_stand_still(int thread, unsigned place, unsigned stop) {
    siginfo_t info = signal_with((order){place, stop, stand_still_order});
    send(thread, &info);
}

bool recovery_was_meant(uint64_t last) { return atomic_exchange(&is_meant[last % meant_limit], false); }

void install_interrupts(void (*on_trap)(int, siginfo_t *, void *)) {
    trap_handler = on_trap;
    static const char *const names[] = {"memcpy", "memmove", "memset"};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) moves[i] = (uintptr_t)dlsym(RTLD_DEFAULT, names[i]);
    // Reads and waits that are interrupted begin again: libraries do not expect their failure.
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART};
    action.sa_sigaction = on_interrupt;
    sigaction(interrupt_signal, &action, NULL);
}
