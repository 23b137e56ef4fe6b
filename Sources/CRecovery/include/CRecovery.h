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
    /// Whether the stack was full.
    bool is_overflow;
    /// Whether what was read or written would lie near address 0, where nothing lies.
    bool is_null;
    /// The run that the thread worked for; 0 where that is not known.
    uint64_t run;
    size_t frame_count;
    /// Addresses in machine code, innermost first; of very deep stacks the innermost and the outermost.
    uintptr_t frames[recovery_frame_limit];
} recovery_outcome;

/// Installs the handlers of traps and interrupts. `stray` hears of tasks, threads and blocks that ended before their
/// time, and of threads that trapped outside of any guarded call, which rest afterwards.
void recovery_install(void (*stray)(const recovery_outcome *outcome));

/// What a guarded call works for that serves whoever comes.
static const uint64_t recovery_any_run = UINT64_MAX;

/// Calls `body` so that a trap, an interrupt or `recovery_leave` on this thread ends the call, not the process.
///
/// What the call starts - tasks, threads and blocks of Dispatch - works for the same run, and is guarded in its turn.
recovery_outcome recovery_guard(void (*body)(void), uint64_t run);

/// The run that the calling thread works for; 0 where it works for none.
uint64_t recovery_run(void);

/// Has the calling thread work for no run from now on.
void recovery_serve_all(void);

/// Whether nothing is on its way but what the calling thread does: no other thread works for a run, and no cell has begun
/// a task or a block of which it is not known that it has ended.
bool recovery_is_alone(void);

/// Takes the calling thread's word that a task which it began has ended.
void recovery_has_ended(void);

/// Has nothing that a run started begin any more.
void recovery_stop(uint64_t run);

/// Whether a run was stopped.
bool recovery_is_stopped(uint64_t run);

/// Ends the guarded call on this thread, or rests for ever where there is none.
_Noreturn void recovery_leave(recovery_reason reason);

/// What the runtime said last on this thread, to be freed; NULL where it said nothing since the last question.
char *recovery_take_words(void);

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

/// Has `take` look at each piece of text that is printed into standard output, with the run that the printing thread works
/// for. What it does not take leaves the process, each line when it ends.
void recovery_route_output(bool (*take)(uint64_t run, const char *text, size_t count));

/// Passes on what is buffered of standard output.
void recovery_flush(void);

/// What an interrupt waits for.
typedef enum {
    /// Not even for long functions of the standard library.
    recovery_waits_for_runtime = 0,
    /// Not for the system, in which a thread may wait for ever.
    recovery_waits_for_library,
    recovery_waits,
} recovery_patience;

/// Ends what other threads do for the runs from `first` to `last`: at once where cell code runs, or when the library
/// function that the cell called returns.
void recovery_interrupt(uint64_t first, uint64_t last, recovery_patience patience);

/// Whether any thread worked for the runs up to `last` when they were interrupted, since the last question.
bool recovery_was_meant(uint64_t last);

/// Begins to search a copy of this process for memory to which only frames referred that were given up. Call it between
/// guarded calls.
///
/// Returns where a list of addresses can be read that ends with the highest number: of large blocks, and of objects of some
/// classes of Swift, one higher than where they begin; -1 where the process cannot be copied. `copy` is to be
/// waited for.
int recovery_search(const void *const *classes, size_t class_count, pid_t *copy);

/// Frees blocks that a search has found, and gives their memory to the system.
void recovery_free(const uintptr_t *blocks, size_t count);

/// Clears the next bytes of this thread's stack. What earlier calls have left there the next search would take for
/// references.
void recovery_clear_stack(size_t size);

/// Runs Swift's tasks on guarded threads.
void recovery_run_tasks(void);

/// Gives this thread a stack of its own for signal handlers, so that endless recursion can be reported.
void recovery_prepare_thread(void);

#endif
