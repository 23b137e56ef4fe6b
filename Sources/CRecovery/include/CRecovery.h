// The cell boundary: the place to which a thread returns when the cell on it traps, is stopped or is interrupted.

#ifndef CRECOVERY_H
#define CRECOVERY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Why a thread left its cell before the cell's last statement.
typedef enum {
    recovery_finished = 0,
    recovery_trapped,
    recovery_interrupted,
    /// The cell's own program asked to leave; the worker knows what it wanted to say.
    recovery_left,
} recovery_reason;

enum { recovery_frame_limit = 64 };

/// How a guarded call ended, and where.
typedef struct {
    recovery_reason reason;
    /// The signal of a trap.
    int signal;
    size_t frame_count;
    /// Addresses in machine code, innermost first; of very deep stacks the innermost and the outermost.
    uintptr_t frames[recovery_frame_limit];
} recovery_outcome;

/// Installs the handlers of traps and interrupts. `stray` is called on a thread that trapped outside of any guarded
/// call; the thread rests when it returns.
void recovery_install(void (*stray)(const recovery_outcome *outcome));

/// Calls `body` so that a trap, an interrupt or `recovery_leave` on this thread ends the call, not the process.
recovery_outcome recovery_guard(void (*body)(void));

/// Ends the guarded call on this thread, or rests for ever where there is none.
_Noreturn void recovery_leave(recovery_reason reason);

/// Notes how far the cell on this thread has come.
void recovery_reach(size_t statement);

/// How far the last cell on this thread has come.
size_t recovery_reached(void);

/// Fills `frames` with where an error was thrown, innermost first; none where that is not known any more.
size_t recovery_throw(const void *error, uintptr_t *frames, size_t limit);

/// Puts interrupts of this thread off, or allows them again; whoever interrupts tries several times.
void recovery_hold(bool isHeld);

/// Whether a guarded call is on this thread.
bool recovery_is_guarded(void);

/// Fills `frames` with the addresses of the callers, innermost first.
size_t recovery_callers(uintptr_t *frames, size_t limit);

/// Makes known that a loaded library belongs to a cell, so that its code may be left anywhere.
void recovery_add_library(void *handle);

/// The file of the library that holds an address and where it was loaded; NULL where no library does.
const char *recovery_library(uintptr_t address, uintptr_t *base);

/// Makes standard output pass each line on when it ends.
void recovery_buffer_lines(void);

/// Passes on what is buffered of standard output.
void recovery_flush(void);

/// Ends the guarded call on another thread: at once where cell code runs, or when the library function that the cell
/// called returns. With `force`, a thread that waits in the system is not waited for.
void recovery_interrupt(pthread_t thread, bool force);

/// Makes threads that run cell code, and that nobody guards, rest: those of Dispatch and those that cells started.
void recovery_interrupt_others(void);

/// Runs Swift's tasks on guarded threads; `on_failure` hears of those that trapped or left.
void recovery_run_tasks(void (*on_failure)(const recovery_outcome *outcome));

/// Ends the tasks that run now; false where there are none.
bool recovery_interrupt_tasks(bool force);

/// Gives this thread a stack of its own for signal handlers, so that endless recursion can be reported.
void recovery_prepare_thread(void);

#endif
