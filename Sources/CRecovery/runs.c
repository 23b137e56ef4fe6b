// Who works for whom: a run is one execution of a cell, and the threads, blocks and tasks that it starts are its own.

#define _GNU_SOURCE
#include <stdatomic.h>
#include <unistd.h>

#include "guard.h"

extern SWIFT_CALL uint64_t swift_task_getJobTaskId(void *job);

// Each thread that ever works for a run has a place, where those who interrupt find it.

enum { place_limit = 1024 };
static struct { atomic_int thread; atomic_uint_fast64_t run; } places[place_limit];
static __thread size_t place = place_limit;
static __thread uint64_t thread_run;

uint64_t work_for(uint64_t run) {
    uint64_t before = thread_run;
    thread_run = run;
    if (place == place_limit && run) {
        int free = 0;
        for (place = 0; place < place_limit; place++, free = 0)
            if (atomic_compare_exchange_strong(&places[place].thread, &free, gettid())) break;
    }
    if (place < place_limit) atomic_store(&places[place].run, run);
    return before;
}

void leave_place(void) {
    if (place == place_limit) return;
    atomic_store(&places[place].run, 0);
    atomic_store(&places[place].thread, 0);
    place = place_limit;
}

void for_workers(
    uint64_t first, uint64_t last, void (*body)(int thread, const void *), const void *argument
) {
    for (size_t i = 0; i < place_limit; i++) {
        uint64_t worked_for = atomic_load(&places[i].run);
        int thread = atomic_load(&places[i].thread);
        bool may_work = worked_for == recovery_any_run || (worked_for >= first && worked_for <= last);
        if (thread && may_work) body(thread, argument);
    }
}

void recovery_serve_all(void) { work_for(0); }

static atomic_size_t open_ends;

void note_beginning(void) { atomic_fetch_add(&open_ends, 1); }

void recovery_has_ended(void) { atomic_fetch_sub(&open_ends, 1); }

bool is_anything_running(void) {
    bool is_running = false, are_all_seen = false;
    for (size_t i = 0; i < place_limit; i++) {
        int thread = atomic_load(&places[i].thread);
        if (!thread) are_all_seen = true;
        if (thread && i != place && atomic_load(&places[i].run)) is_running = true;
    }
    // A thread without a place works unseen.
    return is_running || !are_all_seen;
}

bool recovery_is_alone(void) { return atomic_load(&open_ends) == 0 && !is_anything_running(); }

uint64_t recovery_run(void) {
    void *task = swift_task_getCurrent();
    uint64_t run = task ? run_of_task(swift_task_getJobTaskId(task)) : 0;
    return run ? run : thread_run == recovery_any_run ? 0 : thread_run;
}

// Tasks count up, so the table knows the latest ones.

enum { task_limit = 1 << 14 };
static struct { atomic_uint_fast64_t task, run; } tasks[task_limit];

uint64_t run_of_task(uint64_t task) {
    size_t place = task % task_limit;
    return atomic_load(&tasks[place].task) == task ? atomic_load(&tasks[place].run) : 0;
}

void note_task(uint64_t task, uint64_t run) {
    size_t place = task % task_limit;
    if (!run || atomic_load(&tasks[place].task) == task) return;
    atomic_store(&tasks[place].task, 0);
    atomic_store(&tasks[place].run, run);
    atomic_store(&tasks[place].task, task);
}

// Runs that were stopped: nothing that they began goes on.

enum { stopped_limit = 256 };
static atomic_uint_fast64_t stopped[stopped_limit];

void recovery_stop(uint64_t run) { if (run) atomic_store(&stopped[run % stopped_limit], run); }

bool recovery_is_stopped(uint64_t run) { return run && atomic_load(&stopped[run % stopped_limit]) == run; }
