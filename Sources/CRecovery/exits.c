// Giving a task up: the runtime goes on as if the task had come to a point where it waits, so that its actor and its queue
// are open to others. This leans on how the installed runtime begins tasks; where it looks different, the thread leaves
// its guarded call instead.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>
#include <unwind.h>

#include "guard.h"

#if defined(__x86_64__)

/// `swift_job_run`, and the function of the runtime that it calls to begin a job.
static atomic_uintptr_t job_run, job_begin;

typedef struct {
    uintptr_t limit, inner;
    bool is_learning, is_found;
    task_exit exit;
} search;

/// A task pops eight bytes when it returns, and the code after its call makes up for them.
static bool is_after_job(uintptr_t place) {
    static const unsigned char subtract[] = {0x48, 0x83, 0xec, 0x08}, add[] = {0x48, 0x83, 0xc4};
    return !memcmp((void *)place, subtract, sizeof subtract) || !memcmp((void *)place, add, sizeof add);
}

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument) {
    search *this = argument;
    uintptr_t place = _Unwind_GetIP(context), stack = _Unwind_GetCFA(context);
    if (!place || (!is_on_signal_stack(stack) && stack > this->limit)) return _URC_END_OF_STACK;
    uintptr_t function = (uintptr_t)_Unwind_FindEnclosingFunction((void *)(place - 1));
    if (this->is_learning) {
        if (function == atomic_load(&job_run)) {
            if (this->inner) atomic_store(&job_begin, this->inner);
            return _URC_END_OF_STACK;
        }
        this->inner = function;
        return _URC_NO_REASON;
    }
    if (function != atomic_load(&job_begin) || !is_after_job(place)) return _URC_NO_REASON;
    this->exit = (task_exit){
        .rbx = _Unwind_GetGR(context, 3), .rbp = _Unwind_GetGR(context, 6), .r12 = _Unwind_GetGR(context, 12),
        .r13 = _Unwind_GetGR(context, 13), .r14 = _Unwind_GetGR(context, 14), .r15 = _Unwind_GetGR(context, 15),
        .stack = stack + 8, .place = place,
    };
    this->is_found = true;
    return _URC_END_OF_STACK;
}

bool find_task_exit(task_exit *found) {
    if (has_diverted_exit) {
        *found = diverted_exit;
        return true;
    }
    search this = {.limit = (uintptr_t)innermost};
    if (!atomic_load(&job_run)) atomic_store(&job_run, (uintptr_t)dlsym(RTLD_DEFAULT, "swift_job_run"));
    if (!atomic_load(&job_begin)) {
        this.is_learning = true;
        _Unwind_Backtrace(visit, &this);
        this.is_learning = false;
    }
    if (atomic_load(&job_begin)) _Unwind_Backtrace(visit, &this);
    if (this.is_found) *found = this.exit;
    return this.is_found;
}

static __thread task_exit taken;

__attribute__((used, visibility("hidden"))) void recovery_report_given_up(void) { report_given_up(); }

void recovery_enter_exit(const task_exit *exit, uintptr_t stack);
__asm__(
    ".text\n"
    ".globl recovery_enter_exit\n"
    ".hidden recovery_enter_exit\n"
    "recovery_enter_exit:\n"
    "    movq %rdi, %rbx\n"
    "    movq %rsi, %rsp\n"
    // The frames of the task are gone, and this stack is the thread's own: a handler's may be left now.
    "    call recovery_report_given_up\n"
    "    movq %rbx, %rdi\n"
    "    movq 0(%rdi), %rbx\n"
    "    movq 8(%rdi), %rbp\n"
    "    movq 16(%rdi), %r12\n"
    "    movq 24(%rdi), %r13\n"
    "    movq 32(%rdi), %r14\n"
    "    movq 40(%rdi), %r15\n"
    "    movq 56(%rdi), %rax\n"
    "    movq 48(%rdi), %rsp\n"
    "    jmpq *%rax\n");

_Noreturn void take_task_exit(const task_exit *found) {
    taken = *found;
    recovery_enter_exit(&taken, (taken.stack - 1024) & ~(uintptr_t)15);
    __builtin_unreachable();
}

#else

bool find_task_exit(task_exit *found) {
    (void)found;
    return false;
}

_Noreturn void take_task_exit(const task_exit *found) {
    (void)found;
    __builtin_trap();
}

#endif
