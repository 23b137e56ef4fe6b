// The guarded call as the files of this module share it.

#include "CRecovery.h"

#include <setjmp.h>
#include <signal.h>

#define SWIFT_CALL __attribute__((swiftcall))

/// The task on this thread; NULL where none is.
extern SWIFT_CALL void *swift_task_getCurrent(void);

/// What the runtime of tasks remembers of a thread.
typedef struct { uintptr_t words[8]; } task_locals;

/// One guarded call, linked to the one around it on the same thread.
typedef struct guard {
    sigjmp_buf entry;
    struct guard *outer;
    recovery_outcome outcome;
    /// What the thread worked for, and how many locks it held, when the call began.
    uint64_t run;
    size_t lock_count;
    bool had_mutex;
    /// How often a task inside it was given up.
    size_t exit_count;
    task_locals locals;
    /// The block for which the thread waits in it; NULL where it does not.
    struct wait *waiting;
} guard;

/// The guarded call that this thread is in; NULL where it is in none.
extern __thread guard *innermost;

/// Calls `body` for a run, so that a trap, an interrupt or `recovery_leave` on this thread ends the call.
recovery_outcome guarded_call(void (*body)(void *), void *argument, uint64_t run);

/// Whether a block that this thread waits for, and that uses its stack, is running: the thread may not leave.
bool must_wait(void);

/// Goes on leaving after a guarded call inside the innermost one was left.
_Noreturn void leave_too(const recovery_outcome *inner);

/// Tells the worker how a call ended that no cell waits for.
void report_stray(const recovery_outcome *outcome);

/// Whether an address is in the code of a cell.
bool is_cell_code(uintptr_t address);

/// Fills `frames` with the addresses of the callers without the innermost `skip`, and returns how many there are.
size_t collect_callers(uintptr_t *frames, size_t limit, size_t skip);

/// Has this thread work for a run from now on, and returns for which one it did.
uint64_t work_for(uint64_t run);

/// Looks where the runtime keeps what it remembers of threads.
void find_locals(void);

void save_locals(task_locals *locals);

/// Makes the runtime remember what it did before; a jump out of its functions leaves them half-way.
void restore_locals(const task_locals *locals);

/// Makes the runtime forget the task on this thread, as it does where a task waits.
void clear_current_task(void);

/// Forgets this thread, which ends.
void leave_place(void);

/// Calls `body` for the threads that work for one of the runs from `first` to `last`, or for whoever comes.
void for_workers(
    uint64_t first, uint64_t last, void (*body)(int thread, const void *), const void *argument);

/// Notes that something begins of which nobody here sees the end.
void note_beginning(void);

/// The run for which a task was made; 0 where that is not known.
uint64_t run_of_task(uint64_t task);

/// Notes the run of a task that has none yet.
void note_task(uint64_t task, uint64_t run);

/// Notes where the frames begin that the calling thread is about to give up, and what its registers hold.
void note_cut(const void *context);

/// Keeps what the frames of this thread that are given up, until a place on its stack, refer to.
void keep_remains(uintptr_t end);

/// The words of frames that were given up.
size_t find_remains(const uintptr_t **words);

/// Makes room for more of them.
void forget_remains(void);

/// Clears this thread's stack for signal handlers.
void wipe_signal_stack(void);

/// Whether any other thread works for a run.
bool is_anything_running(void);

/// Has all other threads wait, each with its registers on its stack; false where one does not listen.
bool stop_all(void);

/// Has them go on.
void go_on(void);

/// Waits until the others may go on. `place` and `stop` are those of the order, `stack` is where the thread's stack ended.
void stand_still(unsigned place, unsigned stop, uintptr_t stack);

/// Sends a thread the order to wait.
void ask_to_stand_still(int thread, unsigned place, unsigned stop);

/// Where the frames begin in a stretch of memory that is a thread's stack, since the others wait; its beginning where that
/// is not known.
uintptr_t stack_in_use(uintptr_t start, uintptr_t end);

/// Whether an address is on this thread's stack for signal handlers.
bool is_on_signal_stack(uintptr_t address);

/// How many locks this thread holds.
size_t held_lock_count(void);

/// Opens the locks that this thread has closed since it held `count`.
void release_locks(size_t count);

/// Notes which variables of a loaded library are a Mutex of Swift.
void note_mutexes(const void *library);

/// Whether this thread has closed any of those.
bool holds_mutex(void);

/// Opens all of those that this thread has closed.
void open_mutexes(void);

/// The place of the runtime at which this thread goes on when the task on it is given up.
typedef struct { uintptr_t rbx, rbp, r12, r13, r14, r15, stack, place; } task_exit;

/// Finds the place at which the task that this thread runs inside its innermost guarded call was begun; false where it
/// runs none.
bool find_task_exit(task_exit *found);

/// Gives the task up as if it had come to a point where it waits: the runtime opens its actor for others.
_Noreturn void take_task_exit(const task_exit *found);

/// Says how a task ended that is given up, and opens what it closed.
void report_given_up(void);

/// Installs the handler of interrupts; a signal of their number that is none goes to `on_trap`.
void install_interrupts(void (*on_trap)(int, siginfo_t *, void *));

/// Looks where the functions of the C library's heap are.
void find_heap(void);

/// Ends the process after a trap in the heap that has left it useless.
void end_with_heap(const recovery_outcome *outcome);

/// Opens for others the streams that this thread has closed.
void unlock_streams(void);

/// Has the runtime tell where errors begin.
void watch_throws(void);

/// What a thread remembers of its stack while its return into a cell leads out of the cell.
extern __thread task_exit diverted_exit;
extern __thread bool has_diverted_exit;
