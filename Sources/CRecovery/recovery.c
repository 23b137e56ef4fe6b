// Guarded calls, and the traps that end them.

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "guard.h"

__thread guard *innermost;
static void (*stray_handler)(const recovery_outcome *);

// Guarded calls.

static __thread size_t reached;

void recovery_reach(size_t statement) { reached = statement; }

size_t recovery_reached(void) { return reached; }

bool recovery_is_guarded(void) { return innermost != NULL; }

static _Noreturn void rest(void) {
    for (;;) pause();
}

/// Opens for others what the thread closed since its guarded call began.
static void release(const guard *here) {
    release_locks(here->lock_count);
    // They do not tell in which order they were closed: an outer call that has one closed has them opened when it is left.
    if (!here->had_mutex) open_mutexes();
    unlock_streams();
}

static _Noreturn void leave(void) {
    guard *here = innermost;
    if (!here) rest();
    task_exit exit;
    // A runtime that comes back again and again is not the one that this was written for.
    if (here->exit_count < 1000 && find_task_exit(&exit)) {
        keep_remains(exit.stack);
        take_task_exit(&exit);
    }
    keep_remains((uintptr_t)here);
    has_diverted_exit = false;
    siglongjmp(here->entry, 1);
}

void report_given_up(void) {
    guard *here = innermost;
    recovery_outcome outcome = here->outcome;
    here->exit_count++;
    here->outcome.reason = recovery_finished;
    here->outcome.frame_count = 0;
    has_diverted_exit = false;
    wipe_signal_stack();
    release(here);
    clear_current_task();
    report_stray(&outcome);
}

_Noreturn void recovery_leave(recovery_reason reason) {
    if (innermost && !innermost->outcome.reason) {
        innermost->outcome.reason = reason;
        innermost->outcome.run = recovery_run();
    }
    leave();
}

_Noreturn void leave_too(const recovery_outcome *inner) {
    if (innermost && !innermost->outcome.reason) innermost->outcome = *inner;
    leave();
}

static void call_plain(void *body) { ((void (*)(void))body)(); }

recovery_outcome recovery_guard(void (*body)(void), uint64_t run) {
    return guarded_call(call_plain, (void *)body, run);
}

__attribute__((noinline)) recovery_outcome guarded_call(void (*body)(void *), void *argument, uint64_t run) {
    guard here;
    here.outer = innermost;
    here.outcome.reason = recovery_finished;
    here.outcome.signal = 0;
    here.outcome.is_overflow = false;
    here.outcome.is_null = false;
    here.outcome.frame_count = 0;
    here.outcome.run = run;
    here.exit_count = 0;
    here.waiting = NULL;
    here.run = work_for(run);
    here.lock_count = held_lock_count();
    here.had_mutex = holds_mutex();
    save_locals(&here.locals);
    if (sigsetjmp(here.entry, 0) == 0) {
        innermost = &here;
        if (!here.outer) reached = 0;
        body(argument);
    } else {
        wipe_signal_stack();
        restore_locals(&here.locals);
    }
    innermost = here.outer;
    work_for(here.run);
    if (here.outcome.reason != recovery_finished) release(&here);
    return here.outcome;
}

void report_stray(const recovery_outcome *outcome) { stray_handler(outcome); }

// Traps.

static bool is_from_elsewhere(const siginfo_t *info) {
    return (info->si_code == SI_USER || info->si_code == SI_QUEUE) && info->si_pid != getpid();
}

/// Whether an address lies where the next frames of the stack would.
static bool is_near_stack(void *address, const ucontext_t *context) {
#if defined(__x86_64__)
    uintptr_t stack = context->uc_mcontext.gregs[REG_RSP];
#else
    uintptr_t stack = context->uc_mcontext.sp;
#endif
    return (uintptr_t)address > stack - (1 << 16) && (uintptr_t)address < stack + (1 << 12);
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    guard *here = innermost;
    recovery_outcome stray;
    recovery_outcome *outcome = here && !here->outcome.reason ? &here->outcome : &stray;
    outcome->reason = recovery_trapped;
    outcome->signal = signal;
    outcome->run = recovery_run();
    outcome->is_overflow = signal == SIGSEGV && is_near_stack(info->si_addr, context);
    outcome->is_null = signal == SIGSEGV && info->si_code == SEGV_MAPERR && (uintptr_t)info->si_addr < (1 << 12);
    // Skips this function and the frame that the system made for it.
    outcome->frame_count = collect_callers(outcome->frames, recovery_frame_limit, 3);
    end_with_heap(outcome);
    if (here) {
        note_cut(context);
        leave();
    }
    stray_handler(outcome);
    rest();
}

// Signals whose meaning is the end of the process: a cell that sends one to itself ends itself.
static void on_ending(int signal, siginfo_t *info, void *context) {
    if (!is_from_elsewhere(info)) {
        if (innermost) on_trap(signal, info, context);
        return;
    }
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL);
    raise(signal);
}

void recovery_install(void (*stray)(const recovery_outcome *)) {
    stray_handler = stray;
    find_locals();
    find_heap();
    static const int traps[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    static const int endings[] = {
        SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGSTKFLT, SIGTSTP, SIGTTIN, SIGTTOU, SIGXCPU, SIGXFSZ,
        SIGVTALRM, SIGPROF, SIGIO, SIGPWR,
    };
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    action.sa_sigaction = on_trap;
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) sigaction(traps[i], &action, NULL);
    action.sa_sigaction = on_ending;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) sigaction(endings[i], &action, NULL);
    install_interrupts(on_trap);
    watch_throws();
    recovery_prepare_thread();
}
