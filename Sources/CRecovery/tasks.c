// Swift's tasks on threads of our own, each in a guarded call. The runtime's own pool would keep a thread that waits for
// ever, and as many tasks that spin as there are cores would keep all later ones waiting.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

typedef struct job job;
typedef struct { uintptr_t identity, implementation; } executor;
typedef SWIFT_CALL void (*enqueue)(job *);
typedef SWIFT_CALL void (*enqueue_after)(uint64_t, job *);
typedef SWIFT_CALL void (*enqueue_at)(int64_t, int64_t, int64_t, int64_t, int, job *);

extern SWIFT_CALL void (*swift_task_enqueueGlobal_hook)(job *, enqueue);
extern SWIFT_CALL void (*swift_task_enqueueGlobalWithDelay_hook)(uint64_t, job *, enqueue_after);
extern SWIFT_CALL void (*swift_task_enqueueGlobalWithDeadline_hook)(
    int64_t, int64_t, int64_t, int64_t, int, job *, enqueue_at);
extern SWIFT_CALL void swift_job_run(job *, executor);
extern SWIFT_CALL uint64_t swift_task_getJobTaskId(job *);

// The head of a job as the runtime's interface has it: the kind 0 is a task, others do something for an actor.
struct job { void *object[2], *next[2]; uint8_t kind; };

// Who a task belongs to is known from its making.

typedef struct { void *task, *context; } made_task;
typedef SWIFT_CALL made_task (*make)(size_t, void *, const void *, void *, void *);

SWIFT_CALL made_task swift_task_create(size_t flags, void *options, const void *result, void *body, void *context) {
    static make next;
    if (!next) next = (make)dlsym(RTLD_NEXT, "swift_task_create");
    uint64_t run = recovery_run();
    made_task made = next(flags, options, result, body, context);
    if (run) {
        note_task(swift_task_getJobTaskId(made.task), run);
        note_beginning();
    }
    return made;
}

// Jobs wait in a list. A run has at most as many threads as there are cores.

typedef struct node {
    job *job;
    uint64_t run;
    struct node *next;
} node;

enum { thread_limit = 256 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrival = PTHREAD_COND_INITIALIZER;
static node *first, **last = &first;
static size_t idle_count, core_count;
static struct { bool is_there, is_busy; uint64_t run; } threads[thread_limit];

static bool may_begin(uint64_t run) {
    size_t busy = 0;
    for (size_t i = 0; i < thread_limit; i++) busy += threads[i].is_busy && threads[i].run == run;
    return busy < core_count;
}

/// Takes the first job that may begin; NULL where none may.
static node *take(void) {
    for (node **place = &first; *place; place = &(*place)->next) {
        node *found = *place;
        if (!may_begin(found->run)) continue;
        *place = found->next;
        if (last == &found->next) last = place;
        return found;
    }
    return NULL;
}

static void run_job(void *job) { swift_job_run(job, (executor){0, 0}); }

static void *work(void *argument) {
    size_t place = (size_t)argument;
    pthread_mutex_lock(&lock);
    for (;;) {
        node *taken = take();
        if (!taken) {
            // Threads beyond one a core are there for runs that spin; they go when nothing waits.
            if (idle_count >= core_count) break;
            idle_count++;
            pthread_cond_wait(&arrival, &lock);
            idle_count--;
            continue;
        }
        threads[place].is_busy = true;
        threads[place].run = taken->run;
        pthread_mutex_unlock(&lock);
        // A task of a run that was stopped stays where it is; what an actor does, it does for all.
        if (taken->job->kind != 0 || !recovery_is_stopped(taken->run)) {
            recovery_outcome outcome = guarded_call(run_job, taken->job, taken->run);
            if (outcome.reason != recovery_finished) report_stray(&outcome);
        }
        free(taken);
        pthread_mutex_lock(&lock);
        threads[place].is_busy = false;
        // Another job of its run may have waited for this one's end.
        pthread_cond_signal(&arrival);
    }
    threads[place].is_there = false;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static bool start_thread(size_t place) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    uint64_t run = work_for(0);
    bool is_started = pthread_create(&thread, &attributes, work, (void *)place) == 0;
    work_for(run);
    pthread_attr_destroy(&attributes);
    return is_started;
}

static void add(job *job) {
    uint64_t run = 0;
    if (job->kind == 0) {
        uint64_t task = swift_task_getJobTaskId(job);
        run = run_of_task(task);
        if (!run) note_task(task, run = recovery_run());
    } else {
        run = recovery_run();
    }
    node *added = malloc(sizeof *added);
    if (!added) return;
    *added = (node){job, run, NULL};
    pthread_mutex_lock(&lock);
    *last = added;
    last = &added->next;
    if (idle_count > 0) {
        pthread_cond_signal(&arrival);
    } else if (may_begin(run)) {
        size_t place = 0;
        while (place < thread_limit && threads[place].is_there) place++;
        if (place < thread_limit) {
            threads[place].is_there = true;
            if (!start_thread(place)) threads[place].is_there = false;
        }
    }
    pthread_mutex_unlock(&lock);
}

static SWIFT_CALL void enqueue_global(job *job, enqueue original) {
    (void)original;
    add(job);
}

// Jobs that wait for a time come back to these threads.

extern void dispatch_after_f(uint64_t when, void *queue, void *argument, void (*body)(void *));
extern uint64_t dispatch_time(uint64_t base, int64_t nanoseconds);
extern void *dispatch_get_global_queue(intptr_t priority, uintptr_t flags);

static void add_later(void *job) { add(job); }

static void add_after(int64_t nanoseconds, job *job) {
    if (job->kind == 0) note_task(swift_task_getJobTaskId(job), recovery_run());
    dispatch_after_f(dispatch_time(0, nanoseconds > 0 ? nanoseconds : 0), dispatch_get_global_queue(0, 0), job, add_later);
}

static SWIFT_CALL void enqueue_with_delay(uint64_t nanoseconds, job *job, enqueue_after original) {
    (void)original;
    add_after(nanoseconds > INT64_MAX ? INT64_MAX : (int64_t)nanoseconds, job);
}

static SWIFT_CALL void enqueue_with_deadline(
    int64_t seconds, int64_t nanoseconds, int64_t tolerance, int64_t tolerance_nanoseconds, int clock, job *job,
    enqueue_at original
) {
    (void)tolerance, (void)tolerance_nanoseconds, (void)original;
    // As the runtime numbers them: continuous, suspending, wall.
    struct timespec now;
    clock_gettime(clock == 1 ? CLOCK_BOOTTIME : clock == 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME, &now);
    int64_t whole;
    if (__builtin_sub_overflow(seconds, now.tv_sec, &whole) || whole > INT64_MAX / 1000000000 - 1) whole = INT64_MAX / 1000000000 - 1;
    add_after(whole * 1000000000 + nanoseconds - now.tv_nsec, job);
}

void recovery_run_tasks(void) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    core_count = cores < 2 ? 2 : (size_t)cores;
    swift_task_enqueueGlobal_hook = enqueue_global;
    swift_task_enqueueGlobalWithDelay_hook = enqueue_with_delay;
    swift_task_enqueueGlobalWithDeadline_hook = enqueue_with_deadline;
}
